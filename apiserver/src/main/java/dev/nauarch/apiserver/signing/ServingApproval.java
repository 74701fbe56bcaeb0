package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which certificates to serve with the agents of nodes get without anybody being asked. Kubernetes
 * leaves it to people, since a node says by itself which addresses it has: here a node gets them
 * for its own name and for addresses that its Node tells, and for none that somebody else has,
 * another node, a Service or the API server.
 */
final class ServingApproval {
  private static final String NODE_PREFIX = "system:node:";
  private static final String NODES = "system:nodes";

  private final ObjectView view;

  ServingApproval(ObjectView view) {
    this.view = view;
  }

  /** Whether this user gets what it asks for; what the signer does not sign is for others. */
  boolean allows(User user, SigningRequest request) {
    if (!user.name().startsWith(NODE_PREFIX)
        || !user.groups().contains(NODES)
        || !request.commonName().equals(user.name())) {
      return false;
    }
    var name = user.name().substring(NODE_PREFIX.length());
    var node = view.findNow("", "nodes", "", name);
    if (node.isEmpty()) {
      return false;
    }
    var own = addresses(node.get());
    own.removeAll(ofOthers(name));
    return request.names().dns().stream().allMatch(dns -> dns.equals(name) && !isOfServer(dns))
        && request.names().addresses().stream()
            .allMatch(address -> own.contains(address.getHostAddress()) && isOfMachine(address));
  }

  /**
   * Names under which the API server is found: no node serves under them, whatever it is called.
   */
  private static boolean isOfServer(String dns) {
    return dns.equals("localhost") || dns.equals("kubernetes") || dns.startsWith("kubernetes.");
  }

  private static boolean isOfMachine(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress();
  }

  private static Set<String> addresses(ObjectNode node) {
    var addresses = new HashSet<String>();
    for (var each : node.path("status").path("addresses")) {
      addresses.add(Json.text(each, "address"));
    }
    return addresses;
  }

  private Set<String> ofOthers(String name) {
    var others = new HashSet<String>();
    for (var node : view.list("", "nodes", "")) {
      if (!Json.text(node, "metadata", "name").equals(name)) {
        others.addAll(addresses(node));
      }
    }
    for (var service : view.list("", "services", "")) {
      service.path("spec").path("clusterIPs").forEach(each -> others.add(each.asString("")));
    }
    // The server itself; on its machine its node has the same address, and a certificate already.
    for (var subset : view.find("", "endpoints", "default", "kubernetes").stream().toList()) {
      for (var each : subset.path("subsets").path(0).path("addresses")) {
        others.add(Json.text(each, "ip"));
      }
    }
    return others;
  }
}
