package dev.nauarch.routing;

import java.util.List;
import java.util.Optional;

/**
 * One rule of a route: what it takes and where that goes.
 *
 * @param matches it takes a request that meets one of them
 * @param backends where the requests go, by weight
 * @param requestHeaders what becomes of the request's headers
 * @param responseHeaders what becomes of the answer's headers
 * @param timeoutMillis how long a request may take as a whole; empty for no limit
 */
public record Rule(
    List<Match> matches,
    List<Backend> backends,
    HeaderChange requestHeaders,
    HeaderChange responseHeaders,
    Optional<Long> timeoutMillis) {

  /** How a value is compared. */
  public enum Comparison {
    EXACT,
    PREFIX,
    REGULAR_EXPRESSION
  }

  /**
   * What a request must meet, all of it.
   *
   * @param pathComparison how the path is compared
   * @param path the path; {@code /} as a prefix takes all
   * @param method the method; empty for any
   * @param headers conditions on headers, names in lower case
   * @param queries conditions on query parameters
   */
  public record Match(
      Comparison pathComparison,
      String path,
      String method,
      List<Condition> headers,
      List<Condition> queries) {}

  /**
   * A condition on a named value.
   *
   * @param name the name
   * @param comparison exact or a regular expression (RE2) for the whole value
   * @param value what it is compared with
   */
  public record Condition(String name, Comparison comparison, String value) {}

  /**
   * A place that requests go to.
   *
   * @param kind {@code InferencePool} or {@code Service}
   * @param namespace its namespace
   * @param name its name
   * @param port the Service's port; 0 for a pool, which has its own
   * @param weight its share, in proportion to the sum of all; 0 for none
   */
  public record Backend(String kind, String namespace, String name, int port, int weight) {}

  /**
   * A change of headers: first what is set, then what is added, then what is removed.
   *
   * @param set values that replace all others of their name
   * @param add values that join others
   * @param remove names
   */
  public record HeaderChange(List<Header> set, List<Header> add, List<String> remove) {

    /** No change. */
    public static final HeaderChange NONE = new HeaderChange(List.of(), List.of(), List.of());
  }

  /** A header's name and value. */
  public record Header(String name, String value) {}

  /**
   * The backend whose turn it is: over as many tickets in a row as the weights add up to, each
   * backend is chosen as often as its weight says.
   *
   * @param ticket a number that grows by one with each request
   */
  public Optional<Backend> backend(long ticket) {
    var total = backends.stream().mapToLong(Backend::weight).sum();
    if (total == 0) {
      return Optional.empty();
    }
    var left = Math.floorMod(ticket, total);
    for (var backend : backends) {
      left -= backend.weight();
      if (left < 0) {
        return Optional.of(backend);
      }
    }
    throw new IllegalStateException("a ticket below the sum of the weights found no backend");
  }
}
