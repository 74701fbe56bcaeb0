package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.Headers;

/**
 * A request, whatever brought it.
 *
 * @param method for example {@code GET}
 * @param path the path as it was sent, percent-encoded
 * @param query the part after the question mark, percent-encoded; empty for none
 * @param headers the headers
 * @param body the body
 * @param credentials what says who sends it
 * @param remote the sender's address, for logs
 */
public record Request(
    String method,
    String path,
    String query,
    Headers headers,
    Body body,
    Credentials credentials,
    String remote) {

  /** The same with another body. */
  public Request withBody(Body other) {
    return new Request(method, path, query, headers, other, credentials, remote);
  }
}
