package dev.nauarch.apiserver.stream;

import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Answers for nodes that are only played, behind whose {@code proxy} nobody listens. */
@FunctionalInterface
public interface PlayedPages {

  /**
   * The answer of a node.
   *
   * @param port the port that is asked for; empty for the agent's
   * @param path the path behind {@code proxy}
   * @return empty where the request is to be led to the node
   * @throws dev.nauarch.api.ApiException a played node has nothing there
   */
  Optional<Response> find(ObjectNode node, String port, String path, Request request);
}
