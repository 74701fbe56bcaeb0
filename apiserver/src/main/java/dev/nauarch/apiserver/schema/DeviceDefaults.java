package dev.nauarch.apiserver.schema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whoever claims devices and does not say how many gets one. */
final class DeviceDefaults {

  private static final String EXACT = "ExactCount";

  private DeviceDefaults() {}

  /** Fills in what the requests of a claim leave open. */
  static void fillIn(JsonNode devices) {
    for (var request : devices.path("requests")) {
      count(request.path("exactly"));
      request.path("firstAvailable").forEach(DeviceDefaults::count);
    }
  }

  private static void count(JsonNode request) {
    if (request instanceof ObjectNode object) {
      ComputedDefaults.putMissing(object, "allocationMode", EXACT);
      if (object.path("allocationMode").asString("").equals(EXACT)
          && object.path("count").asLong(0) == 0) {
        object.put("count", 1L);
      }
    }
  }
}
