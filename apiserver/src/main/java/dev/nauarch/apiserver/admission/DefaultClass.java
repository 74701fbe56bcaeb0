package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Objects that name no class get the default one; the newest, where several are. */
final class DefaultClass implements Admission {

  /** Claims and their storage classes. */
  static final Classes STORAGE =
      new Classes(
          "",
          "PersistentVolumeClaim",
          "storageClassName",
          "volume.beta.kubernetes.io/storage-class",
          "storage.k8s.io",
          "storageclasses",
          List.of(
              "storageclass.kubernetes.io/is-default-class",
              "storageclass.beta.kubernetes.io/is-default-class"));

  /** Ingresses and their classes. */
  static final Classes INGRESS =
      new Classes(
          "networking.k8s.io",
          "Ingress",
          "ingressClassName",
          "kubernetes.io/ingress.class",
          "networking.k8s.io",
          "ingressclasses",
          List.of("ingressclass.kubernetes.io/is-default-class"));

  /**
   * A kind whose objects have a class.
   *
   * @param group the kind's group
   * @param kind the kind
   * @param field where its specification names the class
   * @param oldName the annotation that named it before there was such a field
   * @param classGroup the group of the classes
   * @param classPlural the resource of the classes
   * @param marks annotations, one of which is {@code "true"} at the default class
   */
  record Classes(
      String group,
      String kind,
      String field,
      String oldName,
      String classGroup,
      String classPlural,
      List<String> marks) {}

  private final ObjectView view;
  private final Classes classes;

  DefaultClass(ObjectView view, Classes classes) {
    this.view = view;
    this.classes = classes;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, classes.group, classes.kind)) {
      return;
    }
    var object = request.object().orElseThrow();
    var spec = object.withObject("spec");
    if (spec.has(classes.field)
        || object.path("metadata").path("annotations").has(classes.oldName)) {
      return;
    }
    view.list(classes.classGroup, classes.classPlural, "").stream()
        .filter(this::isDefault)
        .max(
            Comparator.comparing((ObjectNode found) -> metadata(found, "creationTimestamp"))
                .thenComparing(found -> metadata(found, "name"), Comparator.reverseOrder()))
        .ifPresent(found -> spec.put(classes.field, metadata(found, "name")));
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private boolean isDefault(ObjectNode found) {
    var annotations = found.path("metadata").path("annotations");
    return classes.marks.stream()
        .anyMatch(mark -> annotations.path(mark).asString("").equals("true"));
  }

  private static String metadata(ObjectNode object, String field) {
    return object.path("metadata").path(field).asString("");
  }
}
