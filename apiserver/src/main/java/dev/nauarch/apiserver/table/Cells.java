package dev.nauarch.apiserver.table;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The cells that no path leads to, by the names that the catalog gives them. */
final class Cells {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Computes one cell. */
  interface Cell {
    /** The text of the cell, or what it is made of. */
    JsonNode of(ObjectNode object, Instant now);
  }

  private interface TextCell {
    String of(ObjectNode object, Instant now);
  }

  private static final Map<String, Cell> BY_NAME = new TreeMap<>();

  static {
    text("createdAt", (object, now) -> text(object.path("metadata").path("creationTimestamp")));
    text("phaseOrTerminating", (object, now) -> phase(object));
    podCells();
    nodeCells();
    workloadCells();
    controllerCells();
    autoscalerCells();
    networkCells();
    serviceCells();
    eventCells();
    storageCells();
    policyCells();
    admissionCells();
    text("bundleSigner", (bundle, now) -> orNone(bundle.at("/spec/signerName")));
    BY_NAME.putAll(DriverCells.CELLS);
    BY_NAME.putAll(DeviceCells.CELLS);
    BY_NAME.putAll(EvictionCells.CELLS);
    BY_NAME.putAll(FlowCells.CELLS);
    text("apiServiceService", (object, now) -> ApiServiceCells.service(object));
    text("apiServiceAvailable", (object, now) -> ApiServiceCells.available(object));
  }

  private Cells() {}

  /** The cell of this name. */
  static JsonNode compute(String name, ObjectNode object, Instant now) {
    var cell = BY_NAME.get(name);
    if (cell == null) {
      throw new IllegalStateException(
          "the catalog names a cell " + name + ", which nobody computes");
    }
    return cell.of(object, now);
  }

  /** Whether there is a cell of this name. */
  static boolean isKnown(String name) {
    return BY_NAME.containsKey(name);
  }

  private static void podCells() {
    text("podReady", (pod, now) -> new PodCells(pod, now).ready());
    text("podStatus", (pod, now) -> new PodCells(pod, now).status());
    text("podRestarts", (pod, now) -> new PodCells(pod, now).restarts());
    text("podAddress", (pod, now) -> orNone(pod.path("status").path("podIP")));
    text("podNode", (pod, now) -> orNone(pod.path("spec").path("nodeName")));
    text("podNominatedNode", (pod, now) -> orNone(pod.path("status").path("nominatedNodeName")));
    text("podReadinessGates", (pod, now) -> new PodCells(pod, now).readinessGates());
  }

  private static void nodeCells() {
    text("nodeStatus", (node, now) -> NodeCells.status(node));
    text("nodeRoles", (node, now) -> NodeCells.roles(node));
    text("nodeInternalAddress", (node, now) -> NodeCells.address(node, "InternalIP"));
    text("nodeExternalAddress", (node, now) -> NodeCells.address(node, "ExternalIP"));
  }

  private static void workloadCells() {
    text("templateContainers", (object, now) -> WorkloadCells.containers(object, "name"));
    text("templateImages", (object, now) -> WorkloadCells.containers(object, "image"));
    text("templateLabels", (object, now) -> WorkloadCells.templateLabels(object));
    text("selector", (object, now) -> WorkloadCells.selector(object.path("spec").path("selector")));
    text("deploymentReady", (object, now) -> WorkloadCells.deploymentReady(object));
    number("updatedReplicas", "/status/updatedReplicas");
    number("availableReplicas", "/status/availableReplicas");
    number("desiredReplicas", "/spec/replicas");
    number("currentReplicas", "/status/replicas");
    number("readyReplicas", "/status/readyReplicas");
    text("jobStatus", (job, now) -> WorkloadCells.jobStatus(job));
    text("jobCompletions", (job, now) -> WorkloadCells.jobCompletions(job));
    text("jobDuration", WorkloadCells::jobDuration);
    text("podGroupPolicy", (group, now) -> GroupCells.policy(group));
    text("podGroupStatus", (group, now) -> GroupCells.status(group));
    text("podGroupWorkload", (group, now) -> orNone(group.at("/spec/workloadRef/workloadName")));
  }

  private static void controllerCells() {
    text("revisionController", (revision, now) -> ControllerCells.owner(revision));
    number("desiredOnNodes", "/status/desiredNumberScheduled");
    number("currentOnNodes", "/status/currentNumberScheduled");
    number("readyOnNodes", "/status/numberReady");
    number("updatedOnNodes", "/status/updatedNumberScheduled");
    number("availableOnNodes", "/status/numberAvailable");
    text(
        "templateNodeSelector",
        (set, now) -> WorkloadCells.labels(set.at("/spec/template/spec/nodeSelector")));
    text("cronTimeZone", (cronJob, now) -> orNone(cronJob.path("spec").path("timeZone")));
    text("cronSuspended", (cronJob, now) -> ControllerCells.suspended(cronJob));
    text("cronLastSchedule", ControllerCells::lastSchedule);
    BY_NAME.put(
        "cronActive", (cronJob, now) -> NODES.numberNode(cronJob.at("/status/active").size()));
    text(
        "cronSelector",
        (cronJob, now) -> WorkloadCells.selector(cronJob.at("/spec/jobTemplate/spec/selector")));
    text("componentHealth", (component, now) -> ControllerCells.health(component, "status"));
    text("componentMessage", (component, now) -> ControllerCells.health(component, "message"));
    text("componentError", (component, now) -> ControllerCells.health(component, "error"));
  }

  private static void autoscalerCells() {
    text("scaleTarget", (object, now) -> AutoscalerCells.target(object));
    text("scaleMetrics", (object, now) -> AutoscalerCells.metrics(object));
    text("scaleMetricsV1", (object, now) -> AutoscalerCells.olderMetrics(object));
    text("podsMin", (object, now) -> orUnset(object.path("spec").path("minReplicas")));
    number("podsMax", "/spec/maxReplicas");
    number("scaledPods", "/status/currentReplicas");
  }

  private static void networkCells() {
    text("ingressClass", (ingress, now) -> orNone(ingress.path("spec").path("ingressClassName")));
    text("ingressHosts", (ingress, now) -> NetworkCells.hosts(ingress));
    text("ingressAddress", (ingress, now) -> NetworkCells.points(ingress));
    text("ingressPorts", (ingress, now) -> NetworkCells.ports(ingress));
    text("ingressParameters", (object, now) -> NetworkCells.parameters(object));
    text("addressParent", (address, now) -> NetworkCells.parent(address));
    text("serviceRanges", (object, now) -> NetworkCells.ranges(object));
    text(
        "podSelector",
        (policy, now) -> WorkloadCells.selector(policy.path("spec").path("podSelector")));
  }

  private static void serviceCells() {
    text("serviceClusterAddress", (object, now) -> ServiceCells.clusterAddress(object));
    text("serviceExternalAddress", (object, now) -> ServiceCells.externalAddress(object));
    text("servicePorts", (object, now) -> ServiceCells.ports(object));
    text(
        "serviceSelector",
        (object, now) -> WorkloadCells.labels(object.path("spec").path("selector")));
    text("endpointAddresses", (object, now) -> ServiceCells.endpoints(object));
    text("slicePorts", (object, now) -> ServiceCells.slicePorts(object));
    text("sliceEndpoints", (object, now) -> ServiceCells.sliceEndpoints(object));
  }

  private static void eventCells() {
    text("eventLastSeen", EventCells::lastSeen);
    text("eventFirstSeen", EventCells::firstSeen);
    text("eventObject", (event, now) -> EventCells.object(event));
    text("eventSource", (event, now) -> EventCells.source(event));
    text("eventCount", (event, now) -> EventCells.count(event));
  }

  private static void storageCells() {
    BY_NAME.put("dataCount", (object, now) -> NODES.numberNode(dataCount(object)));
    BY_NAME.put("secretCount", (object, now) -> NODES.numberNode(object.path("secrets").size()));
    text("specAccessModes", (object, now) -> StorageCells.accessModes(object.path("spec")));
    text("boundAccessModes", (object, now) -> StorageCells.boundAccessModes(object));
    text("boundCapacity", (object, now) -> StorageCells.boundCapacity(object));
    text("volumeClaim", (object, now) -> StorageCells.claim(object));
    text(
        "volumeAttributesClass",
        (object, now) -> orUnset(object.path("spec").path("volumeAttributesClassName")));
    text(
        "allowsExpansion",
        (object, now) -> Boolean.toString(object.path("allowVolumeExpansion").asBoolean(false)));
  }

  private static void policyCells() {
    text("boundRole", (binding, now) -> PolicyCells.role(binding));
    text("boundUsers", (binding, now) -> PolicyCells.subjects(binding, "User"));
    text("boundGroups", (binding, now) -> PolicyCells.subjects(binding, "Group"));
    text("boundServiceAccounts", (binding, now) -> PolicyCells.subjects(binding, "ServiceAccount"));
    text("quotaRequests", (quota, now) -> PolicyCells.used(quota, false));
    text("quotaLimits", (quota, now) -> PolicyCells.used(quota, true));
    text("minAvailable", (budget, now) -> notApplicable(budget.path("spec").path("minAvailable")));
    text(
        "maxUnavailable",
        (budget, now) -> notApplicable(budget.path("spec").path("maxUnavailable")));
    text("signerName", (request, now) -> orNone(request.path("spec").path("signerName")));
    text("requestedDuration", (request, now) -> PolicyCells.requestedDuration(request));
    text("requestCondition", (request, now) -> PolicyCells.requestCondition(request));
    number("allowedDisruptions", "/status/disruptionsAllowed");
    BY_NAME.put(
        "isGlobalDefault",
        (object, now) -> NODES.booleanNode(object.path("globalDefault").asBoolean(false)));
  }

  private static void admissionCells() {
    count("mutationCount", "mutations");
    count("validationCount", "validations");
    text("policyParamKind", (policy, now) -> PolicyCells.paramKind(policy));
    text("bindingParamRef", (binding, now) -> PolicyCells.paramRef(binding));
    BY_NAME.put("webhookCount", (object, now) -> NODES.numberNode(object.path("webhooks").size()));
  }

  private static void text(String name, TextCell cell) {
    BY_NAME.put(name, (object, now) -> NODES.stringNode(cell.of(object, now)));
  }

  private static void count(String name, String list) {
    BY_NAME.put(name, (object, now) -> NODES.numberNode(object.path("spec").path(list).size()));
  }

  private static void number(String name, String pointer) {
    BY_NAME.put(name, (object, now) -> NODES.numberNode(object.at(pointer).asLong(0)));
  }

  private static int dataCount(ObjectNode object) {
    return object.path("data").size() + object.path("binaryData").size();
  }

  private static String phase(ObjectNode object) {
    return object.path("metadata").has("deletionTimestamp")
        ? "Terminating"
        : text(object.path("status").path("phase"));
  }

  private static String notApplicable(JsonNode value) {
    return value.isMissingNode() ? "N/A" : value.asString("");
  }

  static String text(JsonNode value) {
    return value.asString("");
  }

  static String orNone(JsonNode value) {
    var text = value.asString("");
    return text.isEmpty() ? "<none>" : text;
  }

  static String orUnset(JsonNode value) {
    var text = value.asString("");
    return text.isEmpty() ? "<unset>" : text;
  }
}
