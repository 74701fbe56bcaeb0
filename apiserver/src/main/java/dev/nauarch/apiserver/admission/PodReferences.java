package dev.nauarch.apiserver.admission;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Which objects of the cluster a pod names, which a pod that a node makes for itself may not. */
final class PodReferences {

  /** Volumes by what they lead to. */
  private static final Map<String, String> VOLUMES =
      Map.of(
          "configMap", "configmaps (via configmap volumes)",
          "secret", "secrets (via secret volumes)",
          "csi", "csidrivers (via CSI volumes)",
          "glusterfs", "endpoints (via glusterFS volumes)",
          "persistentVolumeClaim", "persistentvolumeclaims",
          "ephemeral", "persistentvolumeclaims (via ephemeral volumes)",
          "azureFile", "secrets (via azureFile volumes)");

  private static final Map<String, String> PROJECTED =
      Map.of(
          "configMap", "configmaps (via projected volumes)",
          "secret", "secrets (via projected volumes)",
          "serviceAccountToken", "serviceaccounts (via projected volumes)",
          "clusterTrustBundle", "clustertrustbundles",
          "podCertificate", "podcertificates");

  private PodReferences() {}

  /** What the first of them is; empty where there is none. */
  static Optional<String> first(JsonNode spec) {
    if (!spec.path("serviceAccountName").asString("").isEmpty()) {
      return Optional.of("serviceaccounts");
    }
    if (!spec.path("imagePullSecrets").isEmpty() || isNamedByContainers(spec, "secret")) {
      return Optional.of("secrets");
    }
    if (isNamedByContainers(spec, "configMap")) {
      return Optional.of("configmaps");
    }
    if (!spec.path("resourceClaims").isEmpty()) {
      return Optional.of("resourceclaims");
    }
    for (var volume : spec.path("volumes")) {
      var named = named(volume, VOLUMES);
      for (var source : volume.path("projected").path("sources")) {
        named = named.or(() -> named(source, PROJECTED));
      }
      if (named.isPresent()) {
        return named;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> named(JsonNode source, Map<String, String> words) {
    return words.entrySet().stream()
        .filter(word -> source.hasNonNull(word.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Whether the environment of a container comes from an object of a kind. */
  private static boolean isNamedByContainers(JsonNode spec, String kind) {
    for (var list : List.of("containers", "initContainers", "ephemeralContainers")) {
      for (var container : spec.path(list)) {
        for (var from : container.path("envFrom")) {
          if (from.hasNonNull(kind + "Ref")) {
            return true;
          }
        }
        for (var variable : container.path("env")) {
          if (variable.path("valueFrom").hasNonNull(kind + "KeyRef")) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
