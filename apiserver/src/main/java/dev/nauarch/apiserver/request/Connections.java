package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.User;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** Leads requests about a running pod to the agent of its node. */
public interface Connections {

  /**
   * A request that goes on to an agent.
   *
   * @param user who asks
   * @param subresource {@code log}, {@code exec}, {@code attach}, {@code portforward}
   * @param pod the pod
   * @param query the request's parameters
   * @param request the request
   */
  record Passage(User user, String subresource, ObjectNode pod, Query query, Request request) {}

  /**
   * Answers with what the agent answers.
   *
   * @throws dev.nauarch.api.ApiException where there is no container, or no agent
   */
  Response connect(Passage passage) throws IOException;

  /**
   * A request that goes on to what listens behind an object.
   *
   * @param plural {@code pods}, {@code services} or {@code nodes}
   * @param namespace the object's namespace; empty for nodes
   * @param name the object's name, with scheme and port where the path has them
   * @param rest what follows {@code /proxy} in the path, as it was sent
   * @param request the request
   */
  record Proxying(String plural, String namespace, String name, String rest, Request request) {}

  /**
   * Answers with what that answers.
   *
   * @throws dev.nauarch.api.ApiException where nobody listens
   */
  Response proxy(Proxying proxying);
}
