package dev.nauarch.apiserver.usage;

import dev.nauarch.api.SimulatedDevices;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which containers have which accelerators of a simulated node: by an allocated claim, or as an
 * extended resource, of which the pod's status tells.
 */
final class DeviceHolders {

  /**
   * A container that runs and has a device.
   *
   * @param pod its pod
   * @param container its name
   * @param isMain whether it is none of the init containers
   * @param device the device's name in its slice, or its id
   * @param claim the claim by which it has it; empty for none
   */
  record Holder(ObjectNode pod, String container, boolean isMain, String device, String claim) {}

  private final ObjectView view;

  DeviceHolders(ObjectView view) {
    this.view = view;
  }

  /** Those on a node. */
  List<Holder> on(String node) {
    var holders = new ArrayList<Holder>();
    for (var pod : view.podsOn(node)) {
      var status = Json.child(pod, "status");
      running(pod, node, status.path("containerStatuses"), true, holders);
      running(pod, node, status.path("initContainerStatuses"), false, holders);
    }
    return holders;
  }

  private void running(
      ObjectNode pod, String node, JsonNode statuses, boolean isMain, List<Holder> holders) {
    for (var status : statuses) {
      if (PlayedUsage.isRunning(status)) {
        var name = Json.text(status, "name");
        for (var resource : status.path("allocatedResourcesStatus")) {
          if (Json.text(resource, "name").equals(SimulatedDevices.RESOURCE)) {
            for (var device : resource.path("resources")) {
              var id = Json.text(device, "resourceID");
              holders.add(new Holder(pod, name, isMain, id, ""));
            }
          }
        }
        var list = isMain ? "containers" : "initContainers";
        byName(pod.path("spec").path(list), name)
            .ifPresent(container -> byClaims(pod, node, container, isMain, holders));
      }
    }
  }

  private void byClaims(
      ObjectNode pod, String node, JsonNode container, boolean isMain, List<Holder> holders) {
    var name = Json.text(container, "name");
    for (var use : container.path("resources").path("claims")) {
      var claim = claim(pod, Json.text(use, "name"));
      for (var device : devices(pod, claim, node, Json.text(use, "request"))) {
        holders.add(new Holder(pod, name, isMain, device, claim));
      }
    }
    var extended = pod.path("status").path("extendedResourceClaimStatus");
    for (var mapping : extended.path("requestMappings")) {
      if (Json.text(mapping, "containerName").equals(name)) {
        var claim = Json.text(extended, "resourceClaimName");
        for (var device : devices(pod, claim, node, Json.text(mapping, "requestName"))) {
          holders.add(new Holder(pod, name, isMain, device, claim));
        }
      }
    }
  }

  private static Optional<JsonNode> byName(JsonNode all, String name) {
    for (var each : all) {
      if (Json.text(each, "name").equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The name of the claim that a pod calls by another name. */
  private static String claim(ObjectNode pod, String entry) {
    return byName(pod.path("spec").path("resourceClaims"), entry)
        .map(own -> Json.text(own, "resourceClaimName"))
        .filter(name -> !name.isEmpty())
        .or(
            () ->
                byName(pod.path("status").path("resourceClaimStatuses"), entry)
                    .map(made -> Json.text(made, "resourceClaimName")))
        .orElse("");
  }

  /** The devices of a node that a claim got for a request, or for all where that is empty. */
  private List<String> devices(ObjectNode pod, String claim, String node, String request) {
    var names = new ArrayList<String>();
    var namespace = Json.text(pod, "metadata", "namespace");
    var found = view.find("resource.k8s.io", "resourceclaims", namespace, claim);
    if (found.isPresent()) {
      for (var result : found.get().at("/status/allocation/devices/results")) {
        var got = Json.text(result, "request");
        var isMeant = request.isEmpty() || got.equals(request) || got.startsWith(request + "/");
        if (isMeant
            && Json.text(result, "driver").equals(SimulatedDevices.DRIVER)
            && Json.text(result, "pool").equals(node)) {
          names.add(Json.text(result, "device"));
        }
      }
    }
    return names;
  }
}
