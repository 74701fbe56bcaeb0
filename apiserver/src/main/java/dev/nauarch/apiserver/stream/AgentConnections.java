package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.request.Connections;
import dev.nauarch.apiserver.request.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Leads requests about pods to the agents of their nodes, over TLS that both ends prove. */
public final class AgentConnections implements Connections {

  private static final List<String> LOG_PARAMETERS =
      List.of(
          "follow",
          "previous",
          "timestamps",
          "sinceSeconds",
          "sinceTime",
          "tailLines",
          "limitBytes",
          "stream");
  private static final List<String> COMMAND_PARAMETERS =
      List.of("command", "stdin", "stdout", "stderr", "tty");

  private final ObjectView view;
  private final AgentChannel channel;
  private final ObjectProxy proxy;
  private final PlayedPages played;

  /**
   * @param identity what agents are shown, and whose agents are believed
   * @param view where nodes are looked up
   * @param played answers for nodes that have no agents
   */
  public AgentConnections(TlsIdentity identity, ObjectView view, PlayedPages played) {
    this.view = view;
    this.played = played;
    var tls = identity.context();
    this.channel = new AgentChannel(tls);
    this.proxy = new ObjectProxy(new ProxyPlaces(view, tls));
  }

  @Override
  public Response proxy(Proxying proxying) {
    return played(proxying).orElseGet(() -> proxy.answer(proxying));
  }

  private Optional<Response> played(Proxying proxying) {
    return proxying.plural().equals("nodes")
        ? ProxyName.of(proxying.name())
            .flatMap(
                name ->
                    view.find("", "nodes", "", name.name())
                        .flatMap(
                            node ->
                                played.find(
                                    node, name.port(), proxying.rest(), proxying.request())))
        : Optional.empty();
  }

  @Override
  public Response connect(Passage passage) throws IOException {
    var pod = passage.pod();
    var podPlace =
        Json.text(pod, "metadata", "namespace") + "/" + Json.text(pod, "metadata", "name");
    if (passage.subresource().equals("portforward")) {
      var ports = parameters(passage, List.of("ports"));
      return channel.upgrade(agent(pod), "/portForward/" + podPlace + ports, passage.request());
    }
    var container = ContainerChoice.of(pod, passage.query().text("container"));
    var isLog = passage.subresource().equals("log");
    if (isLog) {
      LogOptions.check(passage.query(), Json.text(pod, "metadata", "name"));
    }
    var place = podPlace + "/" + container;
    if (isLog) {
      // Of a pod that has no node there is nothing to read yet.
      return Json.text(pod, "spec", "nodeName").isEmpty()
          ? new Response.Full(204, "", new byte[0], List.of())
          : channel.read(
              agent(pod), "/containerLogs/" + place + parameters(passage, LOG_PARAMETERS));
    }
    refuseIfCompleted(pod, passage.subresource());
    var path = "/" + passage.subresource() + "/" + place;
    return channel.upgrade(
        agent(pod), path + parameters(passage, COMMAND_PARAMETERS), passage.request());
  }

  /**
   * A page of text of a node's agent.
   *
   * @throws ApiException the node has no agent, or it does not answer
   */
  public String page(ObjectNode node, String path) {
    return channel.page(AgentAddress.of(node), path);
  }

  private static void refuseIfCompleted(ObjectNode pod, String subresource) {
    var phase = Json.text(pod, "status", "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      var what = subresource.equals("exec") ? "exec into" : "attach";
      throw ApiException.badRequest(
          "cannot " + what + " a container in a completed pod; current phase is " + phase);
    }
  }

  private AgentAddress agent(ObjectNode pod) {
    var nodeName = Json.text(pod, "spec", "nodeName");
    if (nodeName.isEmpty()) {
      throw ApiException.badRequest(
          "pod " + Json.text(pod, "metadata", "name") + " does not have a host assigned");
    }
    return AgentAddress.of(
        view.find("", "nodes", "", nodeName)
            .orElseThrow(() -> AgentAddress.unreachable("node " + nodeName + " does not exist")));
  }

  private static String parameters(Passage passage, List<String> names) {
    var text = new StringBuilder();
    for (var name : names) {
      for (var value : passage.query().all(name)) {
        text.append(text.isEmpty() ? '?' : '&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }
}
