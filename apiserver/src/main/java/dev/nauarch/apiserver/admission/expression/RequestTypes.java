package dev.nauarch.apiserver.admission.expression;

import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Structure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The types of the variables {@code request} and {@code namespaceObject}. */
final class RequestTypes {

  private static final ValueType TEXTS = new ListOf(Scalar.STRING);
  private static final ValueType TEXT_BY_TEXT = new MapOf(Scalar.STRING);

  private RequestTypes() {}

  static ValueType request() {
    var kind = texts("kubernetes.GroupVersionKind", "group", "version", "kind");
    var resource = texts("kubernetes.GroupVersionResource", "group", "version", "resource");
    var user =
        structure(
            "kubernetes.UserInfo",
            Map.of(
                "username",
                Scalar.STRING,
                "uid",
                Scalar.STRING,
                "groups",
                TEXTS,
                "extra",
                new MapOf(TEXTS)));
    var fields = new LinkedHashMap<String, ValueType>();
    fields.put("kind", kind);
    fields.put("resource", resource);
    fields.put("subResource", Scalar.STRING);
    fields.put("requestKind", kind);
    fields.put("requestResource", resource);
    fields.put("requestSubResource", Scalar.STRING);
    fields.put("name", Scalar.STRING);
    fields.put("namespace", Scalar.STRING);
    fields.put("operation", Scalar.STRING);
    fields.put("userInfo", user);
    fields.put("dryRun", Scalar.BOOL);
    fields.put("options", Scalar.ANY);
    return structure("kubernetes.AdmissionRequest", fields);
  }

  static ValueType namespace() {
    var metadata = new LinkedHashMap<String, ValueType>();
    metadata.put("name", Scalar.STRING);
    metadata.put("generateName", Scalar.STRING);
    metadata.put("namespace", Scalar.STRING);
    metadata.put("labels", TEXT_BY_TEXT);
    metadata.put("annotations", TEXT_BY_TEXT);
    metadata.put("UID", Scalar.STRING);
    metadata.put("creationTimestamp", Scalar.TIMESTAMP);
    metadata.put("deletionGracePeriodSeconds", Scalar.INT);
    metadata.put("deletionTimestamp", Scalar.TIMESTAMP);
    metadata.put("generation", Scalar.INT);
    metadata.put("resourceVersion", Scalar.STRING);
    metadata.put("finalizers", TEXTS);
    var condition = new LinkedHashMap<String, ValueType>();
    condition.put("status", Scalar.STRING);
    condition.put("type", Scalar.STRING);
    condition.put("lastTransitionTime", Scalar.TIMESTAMP);
    condition.put("message", Scalar.STRING);
    condition.put("reason", Scalar.STRING);
    var conditions = new ListOf(structure("kubernetes.NamespaceCondition", condition));
    return structure(
        "kubernetes.Namespace",
        Map.of(
            "metadata", structure("kubernetes.NamespaceMetadata", metadata),
            "spec", structure("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)),
            "status",
                structure(
                    "kubernetes.NamespaceStatus",
                    Map.of("conditions", conditions, "phase", Scalar.STRING))));
  }

  private static Structure texts(String name, String... fields) {
    var types = new LinkedHashMap<String, ValueType>();
    for (var field : fields) {
      types.put(field, Scalar.STRING);
    }
    return structure(name, types);
  }

  private static Structure structure(String name, Map<String, ValueType> fields) {
    var suppliers = new LinkedHashMap<String, Supplier<ValueType>>();
    fields.forEach((field, type) -> suppliers.put(field, () -> type));
    return new Structure(name, suppliers);
  }
}
