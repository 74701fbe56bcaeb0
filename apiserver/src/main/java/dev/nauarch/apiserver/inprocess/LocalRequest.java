package dev.nauarch.apiserver.inprocess;

import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.request.Request;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A request that no transport brought.
 *
 * @param method the HTTP method
 * @param path the path, percent-encoded
 * @param query the parameters, percent-encoded
 * @param body the body
 * @param contentType the body's media type
 * @param agent who sends it, as field managers go
 * @param preference what the sender prefers, as in the header {@code Prefer}
 */
record LocalRequest(
    String method,
    String path,
    String query,
    byte[] body,
    String contentType,
    String agent,
    String preference)
    implements Headers {

  private static final Credentials NO_CREDENTIALS = new Credentials(List.of(), "");

  Request request() {
    return new Request(method, path, query, this, max -> body, NO_CREDENTIALS, "in-process");
  }

  @Override
  public String first(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "content-type" -> contentType;
      case "user-agent" -> agent;
      case "prefer" -> preference;
      default -> "";
    };
  }

  @Override
  public List<String> all(String name) {
    var value = first(name);
    return value.isEmpty() ? List.of() : List.of(value);
  }

  @Override
  public List<String> names(String prefix) {
    return Stream.of("Content-Type", "User-Agent")
        .filter(name -> name.regionMatches(true, 0, prefix, 0, prefix.length()))
        .toList();
  }
}
