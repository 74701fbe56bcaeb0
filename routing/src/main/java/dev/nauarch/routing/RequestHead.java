package dev.nauarch.routing;

import java.util.Map;
import java.util.Optional;

/**
 * What of a request decides its way.
 *
 * @param host the host asked for, without a port, in lower case
 * @param method for example {@code POST}
 * @param path the path, decoded, without the query
 * @param headerByName the first value of each header, by its name in lower case
 * @param queryByName the first value of each query parameter
 */
public record RequestHead(
    String host,
    String method,
    String path,
    Map<String, String> headerByName,
    Map<String, String> queryByName) {

  /** The first value of a header. */
  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headerByName.get(lowerCaseName));
  }
}
