package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of services and where they lead. */
final class ServiceCells {

  private static final int SHOWN_MAX = 3;

  private ServiceCells() {}

  static String clusterAddress(ObjectNode service) {
    return service.at("/spec/type").asString("").equals("ExternalName")
        ? "<none>"
        : Cells.orNone(service.at("/spec/clusterIP"));
  }

  static String externalAddress(ObjectNode service) {
    var addresses = new ArrayList<String>();
    service.path("spec").path("externalIPs").forEach(ip -> addresses.add(ip.asString("")));
    return switch (service.at("/spec/type").asString("")) {
      case "ExternalName" -> Cells.orNone(service.at("/spec/externalName"));
      case "LoadBalancer" -> {
        for (var ingress : service.at("/status/loadBalancer/ingress")) {
          addresses.add(ingress.path("ip").asString(ingress.path("hostname").asString("")));
        }
        yield addresses.isEmpty() ? "<pending>" : String.join(",", addresses);
      }
      default -> addresses.isEmpty() ? "<none>" : String.join(",", addresses);
    };
  }

  static String ports(ObjectNode service) {
    var ports = new ArrayList<String>();
    for (var port : service.path("spec").path("ports")) {
      var nodePort = port.path("nodePort").asInt(0);
      ports.add(
          port.path("port").asInt(0)
              + (nodePort > 0 ? ":" + nodePort : "")
              + "/"
              + port.path("protocol").asString("TCP"));
    }
    return ports.isEmpty() ? "<none>" : String.join(",", ports);
  }

  static String endpoints(ObjectNode endpoints) {
    var shown = new ArrayList<String>();
    for (var subset : endpoints.path("subsets")) {
      var ports = subset.path("ports");
      for (var address : subset.path("addresses")) {
        var ip = address.path("ip").asString("");
        if (ports.isEmpty()) {
          shown.add(ip);
        }
        ports.forEach(port -> shown.add(joined(ip, port.path("port"))));
      }
    }
    return bounded(shown, "<none>");
  }

  static String slicePorts(ObjectNode slice) {
    var ports = new ArrayList<String>();
    slice.path("ports").forEach(port -> ports.add(port.path("port").asString("*")));
    return bounded(ports, "<unset>");
  }

  static String sliceEndpoints(ObjectNode slice) {
    var addresses = new ArrayList<String>();
    for (var endpoint : slice.path("endpoints")) {
      endpoint.path("addresses").forEach(address -> addresses.add(address.asString("")));
    }
    return bounded(addresses, "<unset>");
  }

  private static String joined(String ip, JsonNode port) {
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port.asInt(0);
  }

  private static String bounded(List<String> texts, String none) {
    if (texts.isEmpty()) {
      return none;
    }
    var shown = String.join(",", texts.subList(0, Math.min(SHOWN_MAX, texts.size())));
    return texts.size() > SHOWN_MAX
        ? shown + " + " + (texts.size() - SHOWN_MAX) + " more..."
        : shown;
  }
}
