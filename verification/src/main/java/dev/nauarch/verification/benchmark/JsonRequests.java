package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Requests with bodies of JSON, one after the other. */
final class JsonRequests implements AutoCloseable {

  private final RemoteOptions options;
  private final HttpClient client;

  JsonRequests(RemoteOptions options) throws IOException {
    this.options = options;
    this.client = HttpClient.newBuilder().sslContext(TlsContext.of(options)).build();
  }

  /** Sends one; the answer may be any. */
  HttpResponse<byte[]> exchange(String method, String path, String body)
      throws IOException, InterruptedException {
    return exchange(method, path, body, "application/json");
  }

  private HttpResponse<byte[]> exchange(String method, String path, String body, String type)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(options.server() + path))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofByteArray());
  }

  /**
   * Sends one that is to succeed.
   *
   * @return the answer's body
   * @throws IOException also where it was refused; the message holds the answer
   */
  byte[] send(String method, String path, String body) throws IOException, InterruptedException {
    return good(method, path, exchange(method, path, body));
  }

  /** Changes an object by a merge patch. */
  void patch(String path, String body) throws IOException, InterruptedException {
    good("PATCH", path, exchange("PATCH", path, body, "application/merge-patch+json"));
  }

  private static byte[] good(String method, String path, HttpResponse<byte[]> answer)
      throws IOException {
    if (answer.statusCode() >= 300) {
      var text = new String(answer.body(), StandardCharsets.UTF_8);
      throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + text);
    }
    return answer.body();
  }

  @Override
  public void close() {
    client.close();
  }
}
