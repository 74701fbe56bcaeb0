package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which objects the pods on a node need. Nothing is remembered but which pods are on which node
 * (which the view knows): what a pod needs is read from it when somebody asks.
 */
final class NodeReferences {

  /** Fields of a pod's spec that hold a reference to a secret by name. */
  private static final Set<String> SECRET_REFERENCES =
      Set.of("secretKeyRef", "secretRef", "nodePublishSecretRef");

  /** Fields of a volume's CSI source that do, with the namespace. */
  private static final List<String> CSI_SECRETS =
      List.of("nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef");

  private static final Set<String> MAP_REFERENCES = Set.of("configMapKeyRef", "configMapRef");

  private final ObjectView view;

  NodeReferences(ObjectView view) {
    this.view = view;
  }

  /** Whether an object belongs to a node, or to a pod on it. */
  boolean reach(String node, Attributes wanted) {
    var name = wanted.name();
    return switch (wanted.resource()) {
      case "pods" -> isOn(view.find("", "pods", wanted.namespace(), name), node);
      case "volumeattachments", "resourceslices", "podcertificaterequests" ->
          isOn(view.find(wanted.group(), wanted.resource(), wanted.namespace(), name), node);
      case "serviceaccounts" ->
          anyPod(node, wanted, pod -> is(pod.path("spec").path("serviceAccountName"), name));
      case "configmaps" -> anyPod(node, wanted, pod -> maps(pod).contains(name));
      case "secrets" ->
          anyPod(node, wanted, pod -> secrets(pod).contains(name)) || isOfVolume(node, wanted);
      case "persistentvolumeclaims" -> anyPod(node, wanted, pod -> claims(pod).contains(name));
      case "resourceclaims" -> anyPod(node, wanted, pod -> resourceClaims(pod).contains(name));
      case "persistentvolumes" -> isVolume(node, name);
      default -> false;
    };
  }

  private boolean anyPod(String node, Attributes wanted, Predicate<ObjectNode> needs) {
    for (var pod : view.podsOn(node)) {
      if (is(pod.path("metadata").path("namespace"), wanted.namespace())
          && !isMirror(pod)
          && needs.test(pod)) {
        return true;
      }
    }
    return false;
  }

  /** What an agent says that it runs anyway must not give it anything. */
  private static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
  }

  private static boolean isOn(Optional<ObjectNode> object, String node) {
    return object.filter(found -> is(found.path("spec").path("nodeName"), node)).isPresent();
  }

  private boolean isVolume(String node, String name) {
    var claim = view.find("", "persistentvolumes", "", name).map(v -> claimOf(v)).orElse("/");
    for (var pod : view.podsOn(node)) {
      var namespace = pod.path("metadata").path("namespace").asString("");
      if (!isMirror(pod) && claims(pod).stream().anyMatch(c -> claim.equals(namespace + "/" + c))) {
        return true;
      }
    }
    return false;
  }

  private static String claimOf(ObjectNode volume) {
    var claim = volume.path("spec").path("claimRef");
    return claim.path("namespace").asString("") + "/" + claim.path("name").asString("");
  }

  /** Whether a volume of a pod on the node needs the secret. */
  private boolean isOfVolume(String node, Attributes secret) {
    for (var pod : view.podsOn(node)) {
      var namespace = pod.path("metadata").path("namespace").asString("");
      for (var claim : isMirror(pod) ? Set.<String>of() : claims(pod)) {
        var needs =
            view.find("", "persistentvolumeclaims", namespace, claim)
                .map(found -> found.path("spec").path("volumeName").asString(""))
                .flatMap(volume -> view.find("", "persistentvolumes", "", volume))
                .filter(volume -> claimOf(volume).equals(namespace + "/" + claim))
                .filter(volume -> needs(volume.path("spec"), secret))
                .isPresent();
        if (needs) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean needs(JsonNode volume, Attributes secret) {
    for (var field : CSI_SECRETS) {
      var reference = volume.path("csi").path(field);
      if (is(reference.path("name"), secret.name())
          && is(reference.path("namespace"), secret.namespace())) {
        return true;
      }
    }
    for (var source : volume) {
      var reference = source.path("secretRef");
      var namespace = reference.path("namespace").asString(claimNamespace(volume));
      if (is(reference.path("name"), secret.name()) && namespace.equals(secret.namespace())) {
        return true;
      }
    }
    var share = volume.path("azureFile");
    return is(share.path("secretName"), secret.name())
        && share
            .path("secretNamespace")
            .asString(claimNamespace(volume))
            .equals(secret.namespace());
  }

  private static String claimNamespace(JsonNode volume) {
    return volume.path("claimRef").path("namespace").asString("");
  }

  private static Set<String> secrets(ObjectNode pod) {
    var spec = pod.path("spec");
    var names = new HashSet<String>();
    spec.path("imagePullSecrets").forEach(each -> add(names, each.path("name")));
    references(spec, SECRET_REFERENCES, names);
    for (var volume : spec.path("volumes")) {
      add(names, volume.path("secret").path("secretName"));
      add(names, volume.path("azureFile").path("secretName"));
      volume
          .path("projected")
          .path("sources")
          .forEach(source -> add(names, source.path("secret").path("name")));
    }
    return names;
  }

  private static Set<String> maps(ObjectNode pod) {
    var spec = pod.path("spec");
    var names = new HashSet<String>();
    references(spec, MAP_REFERENCES, names);
    for (var volume : spec.path("volumes")) {
      add(names, volume.path("configMap").path("name"));
      volume
          .path("projected")
          .path("sources")
          .forEach(source -> add(names, source.path("configMap").path("name")));
    }
    return names;
  }

  private static Set<String> claims(ObjectNode pod) {
    var names = new HashSet<String>();
    for (var volume : pod.path("spec").path("volumes")) {
      add(names, volume.path("persistentVolumeClaim").path("claimName"));
      if (volume.has("ephemeral")) {
        var podName = pod.path("metadata").path("name").asString("");
        names.add(podName + "-" + volume.path("name").asString(""));
      }
    }
    return names;
  }

  private static Set<String> resourceClaims(ObjectNode pod) {
    var names = new HashSet<String>();
    var status = pod.path("status");
    pod.path("spec")
        .path("resourceClaims")
        .forEach(claim -> add(names, claim.path("resourceClaimName")));
    status
        .path("resourceClaimStatuses")
        .forEach(claim -> add(names, claim.path("resourceClaimName")));
    add(names, status.path("extendedResourceClaimStatus").path("resourceClaimName"));
    return names;
  }

  /** The names under fields of these names, however deep. */
  private static void references(JsonNode node, Set<String> fields, Set<String> names) {
    for (var field : node.properties()) {
      if (fields.contains(field.getKey()) && field.getValue().isObject()) {
        add(names, field.getValue().path("name"));
      }
    }
    node.forEach(child -> references(child, fields, names));
  }

  private static void add(Set<String> names, JsonNode name) {
    if (!name.asString("").isEmpty()) {
      names.add(name.asString(""));
    }
  }

  private static boolean is(JsonNode value, String text) {
    return !text.isEmpty() && value.asString("").equals(text);
  }
}
