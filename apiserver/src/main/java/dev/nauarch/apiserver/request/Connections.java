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
}
