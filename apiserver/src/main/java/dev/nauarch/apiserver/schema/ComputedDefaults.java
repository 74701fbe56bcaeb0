package dev.nauarch.apiserver.schema;

import dev.nauarch.api.catalog.Kind;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Defaults that depend on other fields, by kind. */
final class ComputedDefaults {

  private static final int BACKOFF_LIMIT = 6;
  private static final long CLIENT_IP_TIMEOUT_SECONDS = 10_800;
  private static final String RBAC = "rbac.authorization.k8s.io";

  private ComputedDefaults() {}

  /** What must be there before the defaults that depend on nothing. */
  static void beforeStatic(ObjectNode object, Kind kind) {
    switch (kind.group() + "/" + kind.kind()) {
      case "apps/StatefulSet" -> WorkloadDefaults.statefulSet(object.path("spec"));
      case "networking.k8s.io/NetworkPolicy" -> NetworkDefaults.policy(object.path("spec"));
      case "jobset.x-k8s.io/JobSet" -> jobSet(object.withObjectProperty("spec"));
      default -> {
        // Of other kinds, what depends on nothing comes first.
      }
    }
  }

  /** What builds upon the defaults that depend on nothing. */
  static void afterStatic(ObjectNode object, Kind kind) {
    switch (kind.group() + "/" + kind.kind()) {
      case "/Pod" -> {
        if (object.path("spec") instanceof ObjectNode spec) {
          PodDefaults.fillInTemplate(spec);
          PodDefaults.fillInPod(spec);
        }
      }
      case "/PodTemplate" -> template(object.path("template"));
      case "/Service" -> service(object.path("spec"));
      case "/Namespace" -> namespace(object);
      case "apps/Deployment" -> {
        deployment(object.path("spec").path("strategy"));
        template(object.path("spec").path("template"));
      }
      case "apps/ReplicaSet", "apps/StatefulSet" -> template(object.path("spec").path("template"));
      case "apps/DaemonSet" -> {
        WorkloadDefaults.daemonSet(object.path("spec").path("updateStrategy"));
        template(object.path("spec").path("template"));
      }
      case "/ReplicationController" -> {
        WorkloadDefaults.replicationController(object);
        template(object.path("spec").path("template"));
      }
      case "autoscaling/HorizontalPodAutoscaler" -> AutoscalerDefaults.fillIn(object, kind);
      case "batch/CronJob" ->
          template(object.path("spec").path("jobTemplate").path("spec").path("template"));
      case "flowcontrol.apiserver.k8s.io/FlowSchema" -> FlowDefaults.schema(object.path("spec"));
      case "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration" ->
          FlowDefaults.level(object.path("spec"));
      case "networking.k8s.io/IngressClass" ->
          NetworkDefaults.ingressClass(object.path("spec").path("parameters"));
      case "batch/Job" -> {
        job(object.path("spec"));
        template(object.path("spec").path("template"));
      }
      case "resource.k8s.io/ResourceClaim" ->
          DeviceDefaults.fillIn(object.path("spec").path("devices"));
      case "resource.k8s.io/ResourceClaimTemplate" ->
          DeviceDefaults.fillIn(object.path("spec").path("spec").path("devices"));
      case RBAC + "/RoleBinding", RBAC + "/ClusterRoleBinding" ->
          object.path("subjects").forEach(ComputedDefaults::subject);
      case "apiextensions.k8s.io/CustomResourceDefinition" ->
          customNames(object.path("spec").path("names"));
      default -> {
        // All defaults of other kinds are in their schemas.
      }
    }
  }

  private static void template(JsonNode template) {
    if (template.path("spec") instanceof ObjectNode spec) {
      PodDefaults.fillInTemplate(spec);
    }
  }

  private static void deployment(JsonNode strategy) {
    if (strategy instanceof ObjectNode object
        && object.path("type").asString("").equals("RollingUpdate")) {
      var rolling = object.withObjectProperty("rollingUpdate");
      putMissing(rolling, "maxUnavailable", "25%");
      putMissing(rolling, "maxSurge", "25%");
    }
  }

  private static void job(JsonNode jobSpec) {
    if (!(jobSpec instanceof ObjectNode spec)) {
      return;
    }
    if (!spec.has("completions") && !spec.has("parallelism")) {
      spec.put("completions", 1);
    }
    if (!spec.has("parallelism")) {
      spec.put("parallelism", 1);
    }
    if (!spec.has("backoffLimit")) {
      spec.put(
          "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : BACKOFF_LIMIT);
    }
    putMissing(spec, "completionMode", "NonIndexed");
    if (!spec.has("suspend")) {
      spec.put("suspend", false);
    }
    putMissing(
        spec,
        "podReplacementPolicy",
        spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
  }

  private static void service(JsonNode serviceSpec) {
    if (!(serviceSpec instanceof ObjectNode spec)) {
      return;
    }
    for (var port : spec.path("ports")) {
      var target = port.path("targetPort");
      var isUnset = target.isMissingNode() || target.asString("").isEmpty() || isZero(target);
      if (isUnset && port instanceof ObjectNode object) {
        object.set("targetPort", object.path("port"));
      }
    }
    var type = spec.path("type").asString("");
    if (!type.equals("ExternalName")) {
      putMissing(spec, "internalTrafficPolicy", "Cluster");
    }
    if (type.equals("NodePort") || type.equals("LoadBalancer")) {
      putMissing(spec, "externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
      spec.put("allocateLoadBalancerNodePorts", true);
    }
    if (spec.path("sessionAffinity").asString("").equals("ClientIP")) {
      var clientIp =
          spec.withObjectProperty("sessionAffinityConfig").withObjectProperty("clientIP");
      if (!clientIp.has("timeoutSeconds")) {
        clientIp.put("timeoutSeconds", CLIENT_IP_TIMEOUT_SECONDS);
      }
    }
  }

  private static boolean isZero(JsonNode value) {
    return value.isNumber() && value.asInt(1) == 0;
  }

  private static void namespace(ObjectNode object) {
    var name = object.path("metadata").path("name").asString("");
    if (!name.isEmpty()) {
      object
          .withObjectProperty("metadata")
          .withObjectProperty("labels")
          .put("kubernetes.io/metadata.name", name);
    }
  }

  private static void subject(JsonNode subject) {
    var kind = subject.path("kind").asString("");
    if (subject instanceof ObjectNode object && (kind.equals("User") || kind.equals("Group"))) {
      putMissing(object, "apiGroup", RBAC);
    }
  }

  private static void customNames(JsonNode customNames) {
    if (customNames instanceof ObjectNode names) {
      var kind = names.path("kind").asString("");
      putMissing(names, "singular", kind.toLowerCase(Locale.ROOT));
      putMissing(names, "listKind", kind + "List");
    }
  }

  private static void jobSet(ObjectNode spec) {
    putMissing(spec.withObjectProperty("successPolicy"), "operator", "All");
    putMissing(spec.withObjectProperty("startupPolicy"), "startupPolicyOrder", "AnyOrder");
    var network = spec.withObjectProperty("network");
    for (var name : new String[] {"enableDNSHostnames", "publishNotReadyAddresses"}) {
      if (!network.has(name)) {
        network.put(name, true);
      }
    }
    for (var replicated : spec.path("replicatedJobs")) {
      if (replicated.path("template").path("spec") instanceof ObjectNode job) {
        putMissing(job, "completionMode", "Indexed");
        if (job.path("template").path("spec") instanceof ObjectNode pod) {
          putMissing(pod, "restartPolicy", "OnFailure");
        }
      }
    }
    var number = 0;
    for (var rule : spec.path("failurePolicy").path("rules")) {
      if (rule instanceof ObjectNode object) {
        putMissing(object, "name", "failurePolicyRule" + number);
      }
      number++;
    }
  }

  static void putMissing(ObjectNode object, String name, String value) {
    if (object.path(name).asString("").isEmpty() && !object.path(name).isNumber()) {
      object.put(name, value);
    }
  }
}
