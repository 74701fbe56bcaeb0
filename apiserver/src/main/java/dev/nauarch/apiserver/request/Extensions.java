package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.User;
import java.util.Optional;

/** Servers that serve groups of the API in place of this one. */
@FunctionalInterface
public interface Extensions {

  /** None. */
  Extensions NONE = (group, version) -> Optional.empty();

  /** Who serves a version of a group; empty for this server. Called for every request. */
  Optional<Extension> find(String group, String version);

  /** One such server. */
  @FunctionalInterface
  interface Extension {

    /** Answers with what the server answers, or that it is away. */
    Response answer(Request request, User user);
  }
}
