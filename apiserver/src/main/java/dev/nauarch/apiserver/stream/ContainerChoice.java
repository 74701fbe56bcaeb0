package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Which container of a pod a request is about. */
final class ContainerChoice {

  private static final List<String> LISTS =
      List.of("containers", "initContainers", "ephemeralContainers");

  private ContainerChoice() {}

  /**
   * The container that was asked for, or the pod's only or default one.
   *
   * @throws ApiException {@code BAD_REQUEST} where there is none, or more than one to choose from
   */
  static String of(ObjectNode pod, String wanted) {
    var name = Json.text(pod, "metadata", "name");
    if (!wanted.isEmpty()) {
      if (!names(pod, LISTS).contains(wanted)) {
        throw ApiException.badRequest("container " + wanted + " is not valid for pod " + name);
      }
      return wanted;
    }
    var annotations = Json.child(Json.child(pod, "metadata"), "annotations");
    var byDefault = Json.text(annotations, "kubectl.kubernetes.io/default-container");
    var containers = names(pod, List.of("containers"));
    if (containers.contains(byDefault)) {
      return byDefault;
    }
    if (containers.size() == 1) {
      return containers.getFirst();
    }
    var init = names(pod, List.of("initContainers"));
    throw ApiException.badRequest(
        "a container name must be specified for pod "
            + name
            + ", choose one of: ["
            + String.join(" ", containers)
            + "]"
            + (init.isEmpty()
                ? ""
                : " or one of the init containers: [" + String.join(" ", init) + "]"));
  }

  private static List<String> names(ObjectNode pod, List<String> lists) {
    var names = new ArrayList<String>();
    for (var list : lists) {
      for (var container : Json.child(pod, "spec").path(list)) {
        names.add(Json.text(container, "name"));
      }
    }
    return names;
  }
}
