package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of ways into the cluster and of the addresses of services. */
final class NetworkCells {

  private static final int HOSTS_MAX = 3;

  private NetworkCells() {}

  static String hosts(ObjectNode ingress) {
    var rules = ingress.path("spec").path("rules");
    var hosts = new ArrayList<String>();
    boolean hasMore = false;
    for (var rule : rules) {
      hasMore |= hosts.size() == HOSTS_MAX;
      var host = rule.path("host").asString("");
      if (!hasMore && !host.isEmpty()) {
        hosts.add(host);
      }
    }
    if (hosts.isEmpty()) {
      return "*";
    }
    var shown = String.join(",", hosts);
    return hasMore ? shown + " + " + (rules.size() - HOSTS_MAX) + " more..." : shown;
  }

  static String points(ObjectNode ingress) {
    var points = new TreeSet<String>();
    for (var point : ingress.at("/status/loadBalancer/ingress")) {
      var ip = point.path("ip").asString("");
      points.add(ip.isEmpty() ? point.path("hostname").asString("") : ip);
    }
    points.remove("");
    return String.join(",", points);
  }

  static String ports(ObjectNode ingress) {
    return ingress.path("spec").path("tls").isEmpty() ? "80" : "80, 443";
  }

  static String parameters(ObjectNode ingressClass) {
    var parameters = ingressClass.path("spec").path("parameters");
    if (!parameters.isObject()) {
      return "<none>";
    }
    var kind = parameters.path("kind").asString("");
    var group = parameters.has("apiGroup") ? "." + parameters.path("apiGroup").asString("") : "";
    return kind + group + "/" + parameters.path("name").asString("");
  }

  static String parent(ObjectNode address) {
    var parent = address.path("spec").path("parentRef");
    if (!parent.isObject()) {
      return "<none>";
    }
    var group = parent.path("group").asString("");
    var namespace = parent.path("namespace").asString("");
    return parent.path("resource").asString("")
        + (group.isEmpty() ? "" : "." + group)
        + "/"
        + (namespace.isEmpty() ? "" : namespace + "/")
        + parent.path("name").asString("");
  }

  static String ranges(ObjectNode serviceCidr) {
    var ranges = new ArrayList<String>();
    serviceCidr.path("spec").path("cidrs").forEach(range -> ranges.add(range.asString("")));
    return String.join(",", ranges);
  }
}
