package dev.nauarch.apiserver.stream;

import dev.nauarch.apiserver.request.Response.Header;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A request to another server.
 *
 * @param method for example {@code GET}
 * @param target path and query as they are sent, percent-encoded
 * @param headers all headers but those that say how long the body is
 * @param body the body; empty for none
 * @param length the length of the body in bytes; negative where only its end will tell
 */
public record Outgoing(
    String method, String target, List<Header> headers, Optional<InputStream> body, long length) {

  /** A request without a body. */
  public static Outgoing of(String method, String target, List<Header> headers) {
    return new Outgoing(method, target, headers, Optional.empty(), 0);
  }
}
