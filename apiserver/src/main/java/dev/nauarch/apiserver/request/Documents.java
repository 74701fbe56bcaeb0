package dev.nauarch.apiserver.request;

import java.util.Optional;

/** The paths that are no resources: discovery, OpenAPI. */
@FunctionalInterface
public interface Documents {

  /** The answer to a GET of a path; empty where nothing is there. */
  Optional<Response> find(Request request);
}
