package dev.nauarch.nodeagent.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks HTTP to registries and to where they send us. Follows redirects itself, so that what
 * proves who asks goes to the registry only.
 */
final class Connection implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int REDIRECTS_MAX = 10;

  private final RegistryOptions options;
  private final Map<Optional<Path>, HttpClient> clientByCertificate = new ConcurrentHashMap<>();

  Connection(RegistryOptions options) {
    this.options = options;
  }

  /** Where a registry is. */
  URI address(String registry) {
    var host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    return URI.create((isPlain(registry) ? "http://" : "https://") + host);
  }

  private boolean isPlain(String registry) {
    return options.plainRegistries().contains(registry)
        || (isLoopback(registry) && certificate(registry).isEmpty());
  }

  private static boolean isLoopback(String registry) {
    var host = registry.replaceAll(":[0-9]+$", "");
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]+){3}");
  }

  private Optional<Path> certificate(String registry) {
    return options.certificates().stream()
        .map(directory -> directory.resolve(registry).resolve("ca.crt"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Sends a request, and again to where the answer says.
   *
   * @param authorization the value of that header; empty for none
   */
  HttpResponse<InputStream> send(HttpRequest.Builder request, URI first, String authorization)
      throws IOException, InterruptedException {
    var uri = first;
    for (var redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      var next = request.copy().uri(uri).timeout(TIMEOUT);
      if (!authorization.isEmpty() && uri.getRawAuthority().equals(first.getRawAuthority())) {
        next.header("Authorization", authorization);
      }
      var response = client(uri).send(next.build(), BodyHandlers.ofInputStream());
      var location = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != 3 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      var target = uri.resolve(location.get());
      if (target.getRawAuthority() == null
          || (uri.getScheme().equals("https") && !"https".equals(target.getScheme()))) {
        throw new ImageFault(
            ImageFault.Reason.UNREACHABLE, uri.getHost() + " sends us to " + target);
      }
      uri = target;
    }
    throw new ImageFault(
        ImageFault.Reason.UNREACHABLE,
        first.getHost() + " sends us on more than " + REDIRECTS_MAX + " times");
  }

  private HttpClient client(URI uri) throws IOException {
    var certificate = certificate(uri.getRawAuthority());
    var known = clientByCertificate.get(certificate);
    if (known != null) {
      return known;
    }
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    if (certificate.isPresent()) {
      builder.sslContext(trust(certificate.get()));
    }
    var client = builder.build();
    var other = clientByCertificate.putIfAbsent(certificate, client);
    if (other != null) {
      client.shutdownNow();
      return other;
    }
    return client;
  }

  private static SSLContext trust(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry(String.valueOf(store.size()), each);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates in " + file + " can't be read: " + e, e);
    }
  }

  @Override
  public void close() {
    clientByCertificate.values().forEach(HttpClient::shutdownNow);
  }
}
