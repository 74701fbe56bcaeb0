package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.strategy.field.Field;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in what a pod leaves open, in pods and in pod templates. It is repeatable: a filled-in pod
 * stays as it is.
 */
public final class PodDefaults {

  private static final int FILE_MODE = 0644;
  private static final List<String> CONTAINER_LISTS =
      List.of("containers", "initContainers", "ephemeralContainers");

  private PodDefaults() {}

  /** Fills in the spec of a pod or of a pod template. */
  public static void fill(ObjectNode spec) {
    put(spec, "restartPolicy", "Always");
    put(spec, "dnsPolicy", "ClusterFirst");
    put(spec, "schedulerName", "default-scheduler");
    put(spec, "terminationGracePeriodSeconds", 30);
    put(spec, "enableServiceLinks", true);
    if (!spec.path("securityContext").isObject()) {
      spec.putObject("securityContext");
    }
    mirrorAccount(spec);
    boolean isOnHost = spec.path("hostNetwork").asBoolean(false);
    for (var list : CONTAINER_LISTS) {
      for (var container : spec.path(list)) {
        if (container instanceof ObjectNode object) {
          fillContainer(object, isOnHost, list.equals("ephemeralContainers"));
        }
      }
    }
    for (var volume : spec.path("volumes")) {
      if (volume instanceof ObjectNode object) {
        fillVolume(object);
      }
    }
    for (var constraint : spec.path("topologySpreadConstraints")) {
      if (constraint instanceof ObjectNode object) {
        put(object, "nodeAffinityPolicy", object.path("nodeAffinityPolicy").asString("Honor"));
        put(object, "nodeTaintsPolicy", object.path("nodeTaintsPolicy").asString("Ignore"));
      }
    }
  }

  /** The older name of the account's field says the same. */
  private static void mirrorAccount(ObjectNode spec) {
    var name = spec.path("serviceAccountName").asString("");
    var older = spec.path("serviceAccount").asString("");
    if (name.isEmpty() && !older.isEmpty()) {
      spec.put("serviceAccountName", older);
    } else if (!name.isEmpty()) {
      spec.put("serviceAccount", name);
    }
  }

  private static void fillContainer(ObjectNode container, boolean isOnHost, boolean isEphemeral) {
    put(container, "terminationMessagePath", "/dev/termination-log");
    put(container, "terminationMessagePolicy", "File");
    if (container.path("imagePullPolicy").asString("").isEmpty()) {
      container.put("imagePullPolicy", pullPolicy(container.path("image").asString("")));
    }
    if (!container.path("resources").isObject() && !isEphemeral) {
      container.putObject("resources");
    }
    requestLimits(container.path("resources"));
    for (var port : container.path("ports")) {
      if (port instanceof ObjectNode object) {
        put(object, "protocol", "TCP");
        if (isOnHost && object.path("hostPort").asInt(0) == 0) {
          object.set("hostPort", object.path("containerPort"));
        }
      }
    }
    for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.path(probe) instanceof ObjectNode object) {
        fillProbe(object);
      }
    }
    for (var hook : List.of("postStart", "preStop")) {
      fillHttp(container.path("lifecycle").path(hook).path("httpGet"));
    }
    for (var variable : container.path("env")) {
      if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode reference) {
        put(reference, "apiVersion", "v1");
      }
    }
  }

  /** An image without a tag, or with the tag {@code latest}, is looked up every time. */
  private static String pullPolicy(String image) {
    if (image.indexOf('@') >= 0) {
      return "IfNotPresent";
    }
    int colon = image.lastIndexOf(':');
    var tag = colon > image.lastIndexOf('/') ? image.substring(colon + 1) : "latest";
    return tag.equals("latest") ? "Always" : "IfNotPresent";
  }

  /** What is limited and not requested is requested in full. */
  private static void requestLimits(JsonNode resources) {
    if (!(resources instanceof ObjectNode object) || object.path("limits").isEmpty()) {
      return;
    }
    for (var limit : object.path("limits").properties()) {
      if (!object.path("requests").has(limit.getKey())) {
        object.withObject("requests").set(limit.getKey(), limit.getValue());
      }
    }
  }

  private static void fillProbe(ObjectNode probe) {
    put(probe, "timeoutSeconds", 1);
    put(probe, "periodSeconds", 10);
    put(probe, "successThreshold", 1);
    put(probe, "failureThreshold", 3);
    fillHttp(probe.path("httpGet"));
    if (probe.path("grpc") instanceof ObjectNode grpc) {
      put(grpc, "service", "");
    }
  }

  private static void fillHttp(JsonNode get) {
    if (get instanceof ObjectNode object) {
      put(object, "path", "/");
      put(object, "scheme", "HTTP");
    }
  }

  private static void fillVolume(ObjectNode volume) {
    if (volume.size() == 1 && volume.has("name")) {
      volume.putObject("emptyDir");
    }
    for (var source : List.of("secret", "configMap", "downwardAPI", "projected")) {
      if (volume.path(source) instanceof ObjectNode object) {
        put(object, "defaultMode", FILE_MODE);
        fillItems(object.path("items"));
      }
    }
    for (var source : volume.path("projected").path("sources")) {
      if (source.path("serviceAccountToken") instanceof ObjectNode token) {
        put(token, "expirationSeconds", 3600);
      }
      fillItems(source.path("downwardAPI").path("items"));
    }
    if (volume.path("hostPath") instanceof ObjectNode hostPath) {
      put(hostPath, "type", "");
    }
    var claim = volume.path("ephemeral").path("volumeClaimTemplate").path("spec");
    if (claim instanceof ObjectNode object) {
      put(object, "volumeMode", "Filesystem");
    }
  }

  private static void fillItems(JsonNode items) {
    for (var item : items) {
      if (item.path("fieldRef") instanceof ObjectNode reference) {
        put(reference, "apiVersion", "v1");
      }
    }
  }

  /**
   * The quality-of-service class of a pod: how much of what it uses it has asked for. What is
   * stated for the whole pod goes before what its containers state.
   */
  static String qosClass(Field spec) {
    var stated = new ArrayList<Field>();
    if (ResourceRules.HALVES.stream().anyMatch(half -> !spec.at("resources", half).isEmpty())) {
      stated.add(spec.at("resources"));
    } else {
      for (var list : List.of("containers", "initContainers")) {
        spec.at(list).items().forEach(container -> stated.add(container.at("resources")));
      }
    }
    boolean hasAny = false;
    boolean isGuaranteed = true;
    for (var resources : stated) {
      for (var name : List.of("cpu", "memory")) {
        var request = resources.at("requests", name);
        var limit = resources.at("limits", name);
        hasAny |= request.quantity().signum() > 0 || limit.quantity().signum() > 0;
        isGuaranteed &=
            limit.quantity().signum() > 0
                && (!request.isPresent() || request.quantity().compareTo(limit.quantity()) == 0);
      }
    }
    if (!hasAny) {
      return "BestEffort";
    }
    return isGuaranteed ? "Guaranteed" : "Burstable";
  }

  private static void put(ObjectNode object, String name, String value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }

  private static void put(ObjectNode object, String name, int value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }

  private static void put(ObjectNode object, String name, boolean value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }
}
