package dev.nauarch.verification.fields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of the API's objects the production code reads: which accessors of models it calls, and
 * which words it has as constants, where it reads objects as trees. Read from the class files.
 */
final class FieldReaders {
  /** The package of a definition's models, by the beginning of its name; the longest counts. */
  private static final Map<String, String> MODELS = new TreeMap<>();

  private static final String FABRIC8 = "io/fabric8/kubernetes/api/model/";
  private static final String OURS = "dev/nauarch/api/";

  static {
    MODELS.put("io.k8s.api.core.v1", FABRIC8);
    MODELS.put("io.k8s.apimachinery.pkg.apis.meta.v1", FABRIC8);
    MODELS.put("io.k8s.api.apps.v1", FABRIC8 + "apps/");
    MODELS.put("io.k8s.api.autoscaling.v2", FABRIC8 + "autoscaling/v2/");
    MODELS.put("io.k8s.api.batch.v1", FABRIC8 + "batch/v1/");
    MODELS.put("io.k8s.api.coordination.v1", FABRIC8 + "coordination/v1/");
    MODELS.put("io.k8s.api.discovery.v1", FABRIC8 + "discovery/v1/");
    MODELS.put("io.k8s.api.networking.v1", FABRIC8 + "networking/v1/");
    MODELS.put("io.k8s.api.policy.v1", FABRIC8 + "policy/v1/");
    MODELS.put("io.k8s.api.scheduling.v1", FABRIC8 + "scheduling/v1/");
    MODELS.put("io.k8s.api.scheduling.v1beta1", FABRIC8 + "scheduling/v1beta1/");
    MODELS.put("io.k8s.api.resource.v1", FABRIC8 + "resource/v1/");
    MODELS.put("io.k8s.api.storage.v1", FABRIC8 + "storage/");
    MODELS.put("io.k8s.autoscaling.v1", OURS + "vertical/");
    MODELS.put("io.k8s.networking.gateway.v1", FABRIC8 + "gatewayapi/v1/");
    MODELS.put("io.k8s.networking.inference.v1", OURS + "inference/");
    MODELS.put("io.x-k8s.jobset.v1alpha2", OURS + "jobset/");
    MODELS.put("io.x-k8s.kueue.v1beta2", OURS + "kueue/");
  }

  /** {@code owner.method} of everything that is called. */
  private final Set<String> called = new HashSet<>();

  /** {@code owner.field} of the fields that our own models read beside their accessors. */
  private final Set<String> derived = new HashSet<>();

  private final Map<String, Set<String>> packagesByWord = new TreeMap<>();

  /** Reads the class files of the production code. */
  static FieldReaders ofProduction() throws IOException {
    var readers = new FieldReaders();
    var classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.nauarch");
    for (var type : classes) {
      readers.add(type);
    }
    return readers;
  }

  private void add(JavaClass type) throws IOException {
    var uri = type.getSource().orElseThrow().getUri();
    try (var in = uri.toURL().openStream()) {
      var model = ClassFile.of().parse(in.readAllBytes());
      for (var entry : model.constantPool()) {
        if (entry instanceof MemberRefEntry member && !(entry instanceof FieldRefEntry)) {
          called.add(member.owner().asInternalName() + "." + member.name().stringValue());
        } else if (entry instanceof StringEntry word) {
          packagesByWord
              .computeIfAbsent(word.stringValue(), _ -> new HashSet<>())
              .add(type.getPackageName());
        }
      }
      if (type.getPackageName().startsWith("dev.nauarch.api.")) {
        addDerived(model);
      }
    }
  }

  private void addDerived(ClassModel model) {
    for (var method : model.methods()) {
      var name = method.methodName().stringValue();
      if (!List.of("<init>", "equals", "hashCode", "toString").contains(name)) {
        fields(method).stream()
            .filter(field -> !field.equals(name))
            .forEach(field -> derived.add(model.thisClass().asInternalName() + "." + field));
      }
    }
  }

  private static Set<String> fields(MethodModel method) {
    var found = new HashSet<String>();
    method
        .code()
        .ifPresent(
            code ->
                code.forEach(
                    element -> {
                      if (element instanceof FieldInstruction field) {
                        found.add(field.name().stringValue());
                      }
                    }));
    return found;
  }

  /** Whether a model's accessor of a definition's property is called. */
  boolean isReadByModel(String definition, String property) {
    int dot = definition.lastIndexOf('.');
    var models = MODELS.get(definition.substring(0, dot));
    if (models == null) {
      return false;
    }
    var owner = models + definition.substring(dot + 1);
    var tail = property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
    return called.contains(owner + ".get" + tail)
        || called.contains(owner + ".is" + tail)
        || (models.startsWith(OURS)
            && (called.contains(owner + "." + property)
                || derived.contains(owner + "." + property)));
  }

  /** Whether the code of one of these packages, or of one below it, has a word as a constant. */
  boolean hasWord(String word, List<String> packages) {
    return packagesByWord.getOrDefault(word, Set.of()).stream()
        .anyMatch(
            found ->
                packages.stream()
                    .anyMatch(each -> found.equals(each) || found.startsWith(each + ".")));
  }
}
