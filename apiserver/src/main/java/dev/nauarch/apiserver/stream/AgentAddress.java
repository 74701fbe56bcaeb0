package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the agent of a node listens.
 *
 * @param host its address
 * @param port its port
 */
record AgentAddress(String host, int port) {

  /** The address that a Node tells. */
  static AgentAddress of(ObjectNode node) {
    var name = Json.text(node, "metadata", "name");
    var status = Json.child(node, "status");
    var port = status.path("daemonEndpoints").path("kubeletEndpoint").path("Port").asInt(0);
    if (port == 0) {
      throw unreachable("node " + name + " has no agent that listens");
    }
    for (var address : status.path("addresses")) {
      if (Json.text(address, "type").equals("InternalIP")) {
        return new AgentAddress(Json.text(address, "address"), port);
      }
    }
    throw unreachable("node " + name + " has no internal address");
  }

  static ApiException unreachable(String why) {
    return new ApiException(
        ApiException.Reason.SERVICE_UNAVAILABLE, why, ApiException.Details.NONE);
  }

  /** For URLs: an IPv6 address stands in brackets. */
  String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
