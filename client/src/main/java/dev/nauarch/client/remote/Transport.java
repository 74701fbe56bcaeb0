package dev.nauarch.client.remote;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Sends requests and hands back bodies; answers that are not success become exceptions. All goes
 * over HTTP/1.1: many watches would fill the streams that a shared HTTP/2 connection allows, and it
 * starts faster.
 */
final class Transport implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int OK_MAX = 299;

  private final RemoteOptions options;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private volatile HttpClient client;

  Transport(RemoteOptions options) {
    this.options = options;
    this.client = client(options);
  }

  private HttpClient client(RemoteOptions options) {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor);
    if ("https".equals(options.server().getScheme())) {
      builder.sslContext(TlsContext.of(options));
    }
    return builder.build();
  }

  /** Sends a request without a body. */
  byte[] send(String method, String pathAndQuery) {
    return send(method, pathAndQuery, BodyPublishers.noBody(), "");
  }

  /** Sends a request with a body. */
  byte[] send(String method, String pathAndQuery, byte[] body, String mediaType) {
    return send(method, pathAndQuery, BodyPublishers.ofByteArray(body), mediaType);
  }

  private byte[] send(String method, String pathAndQuery, BodyPublisher body, String mediaType) {
    var request = request(pathAndQuery).method(method, body).timeout(options.timeout());
    if (!mediaType.isEmpty()) {
      request.header("Content-Type", mediaType);
    }
    var response = exchange(request.build(), BodyHandlers.ofByteArray());
    if (response.statusCode() > OK_MAX) {
      throw StatusDecoder.decode(response.statusCode(), response.body());
    }
    return response.body();
  }

  /** Opens a stream that stays open for as long as the server sends. */
  InputStream open(String pathAndQuery) {
    var request = request(pathAndQuery).GET().build();
    var response = exchange(request, BodyHandlers.ofInputStream());
    if (response.statusCode() > OK_MAX) {
      try (var body = response.body()) {
        throw StatusDecoder.decode(response.statusCode(), body.readAllBytes());
      } catch (IOException e) {
        throw unreachable(e);
      }
    }
    return response.body();
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    var base = options.server().toString();
    var root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    var builder =
        HttpRequest.newBuilder(URI.create(root + pathAndQuery))
            .header("Accept", "application/json")
            .header("User-Agent", "nauarch");
    if (options.credentials() instanceof Credentials.Token(var source)) {
      builder.header("Authorization", "Bearer " + source.token());
    }
    return builder;
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(Reason.TIMEOUT, "the request was interrupted", Details.NONE);
    }
  }

  /** Ends all connections; what comes next goes over new ones, with the credentials of then. */
  synchronized void reconnect() {
    var former = client;
    client = client(options);
    former.shutdownNow();
  }

  ApiException unreachable(IOException cause) {
    var late = cause instanceof HttpTimeoutException;
    var what = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    var exception =
        new ApiException(
            late ? Reason.TIMEOUT : Reason.SERVICE_UNAVAILABLE,
            "can't reach " + options.server() + ": " + what,
            Details.NONE);
    exception.initCause(cause);
    return exception;
  }

  @Override
  public void close() {
    client.shutdownNow();
    executor.shutdownNow();
  }
}
