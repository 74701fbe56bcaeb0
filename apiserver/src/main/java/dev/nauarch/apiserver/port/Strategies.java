package dev.nauarch.apiserver.port;

import dev.nauarch.api.catalog.Kind;
import java.util.Optional;

/** Finds what is peculiar to a kind. Called for every request: it must be quick. */
public interface Strategies {

  /** The strategy of a kind; {@link Strategy#PLAIN} where it needs none. */
  Strategy of(Kind kind);

  /**
   * What answers a POST in place of the registry.
   *
   * @param subresource empty for the resource itself
   */
  Optional<ResourceAction> action(Kind kind, String subresource);
}
