package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods run as a service account that exists, {@code default} unless they name one, and find its
 * token, the cluster's authority and their namespace under the well-known path.
 */
final class PodAccount implements Admission {

  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final String MIRROR = "kubernetes.io/config.mirror";

  // No vowels and no look-alikes: a random name shall not read as a word.
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;

  // An hour and a bit: agents renew at four fifths, and the odd number tells these from others.
  private static final int TOKEN_SECONDS = 3607;
  private static final int FILE_MODE = 0644;

  // The account of a new namespace is made by a controller a moment after the namespace.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ObjectView view;
  private final RandomGenerator random;

  PodAccount(ObjectView view, RandomGenerator random) {
    this.view = view;
    this.random = random;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Pod")) {
      return;
    }
    var pod = request.object().orElseThrow();
    if (pod.path("metadata").path("annotations").has(MIRROR)) {
      return;
    }
    var spec = pod.withObject("spec");
    var name = spec.path("serviceAccountName").asString("");
    if (name.isEmpty()) {
      name = spec.path("serviceAccount").asString("default");
      name = name.isEmpty() ? "default" : name;
      spec.put("serviceAccountName", name);
    }
    spec.put("serviceAccount", name);
    var account = account(request, name);
    if (mountsToken(spec, account)) {
      mountToken(spec);
    }
    if (spec.path("imagePullSecrets").isEmpty() && !account.path("imagePullSecrets").isEmpty()) {
      spec.set("imagePullSecrets", account.path("imagePullSecrets").deepCopy());
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private ObjectNode account(AdmissionRequest request, String name) {
    var namespace = request.target().namespace();
    Optional<ObjectNode> found =
        Patience.find(
            () -> view.find("", "serviceaccounts", namespace, name),
            name.equals("default") ? PATIENCE : Duration.ZERO);
    return found
        .or(() -> view.findNow("", "serviceaccounts", namespace, name))
        .orElseThrow(
            () ->
                Requests.forbidden(
                    request,
                    "error looking up service account "
                        + namespace
                        + "/"
                        + name
                        + ": serviceaccount \""
                        + name
                        + "\" not found"));
  }

  private static boolean mountsToken(JsonNode spec, JsonNode account) {
    var own = spec.path("automountServiceAccountToken");
    return own.isBoolean()
        ? own.booleanValue()
        : account.path("automountServiceAccountToken").asBoolean(true);
  }

  private void mountToken(ObjectNode spec) {
    var lacking = new ArrayList<ObjectNode>();
    for (var list : List.of("initContainers", "containers")) {
      for (var container : spec.path(list)) {
        if (container instanceof ObjectNode object && !hasMount(object)) {
          lacking.add(object);
        }
      }
    }
    if (lacking.isEmpty()) {
      return;
    }
    var volume = VOLUME_PREFIX + suffix();
    for (var container : lacking) {
      container
          .withArray("volumeMounts")
          .addObject()
          .put("mountPath", MOUNT_PATH)
          .put("name", volume)
          .put("readOnly", true);
    }
    spec.withArray("volumes").add(volume(volume));
  }

  private static boolean hasMount(ObjectNode container) {
    for (var mount : container.path("volumeMounts")) {
      if (mount.path("mountPath").asString("").equals(MOUNT_PATH)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode volume(String name) {
    var volume = JsonNodeFactory.instance.objectNode().put("name", name);
    var projected = volume.putObject("projected").put("defaultMode", FILE_MODE);
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", TOKEN_SECONDS)
        .put("path", "token");
    var authority = sources.addObject().putObject("configMap");
    authority.put("name", "kube-root-ca.crt");
    authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    sources
        .addObject()
        .putObject("downwardAPI")
        .putArray("items")
        .addObject()
        .put("path", "namespace")
        .putObject("fieldRef")
        .put("apiVersion", "v1")
        .put("fieldPath", "metadata.namespace");
    return volume;
  }

  private String suffix() {
    var text = new StringBuilder();
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
