package dev.nauarch.nodeagent.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one repository of a registry by the protocol of the Open Container Initiative, which is
 * also Docker's. Methods may be called by any thread and block; a registry that is busy or fails is
 * asked again.
 */
public final class RegistryClient implements AutoCloseable {
  private static final int MANIFEST_BYTES_MAX = 4 << 20;
  private static final int ERROR_BYTES_MAX = 1 << 14;
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final RegistryOptions options;
  private final Connection connection;
  private final ImageReference image;
  private final Authorization authorization;

  /** For the repository of an image. */
  public RegistryClient(RegistryOptions options, ImageReference image, RegistryLogin login) {
    this.options = options;
    this.connection = new Connection(options);
    this.image = image;
    this.authorization = new Authorization(connection, image, login);
  }

  /**
   * What a registry has under a name.
   *
   * @param bytes as it is there
   * @param mediaType what the registry says that it is
   * @param digest what names it for good
   */
  public record Content(byte[] bytes, String mediaType, String digest) {}

  /**
   * The bytes of some content.
   *
   * @param bytes to be closed
   * @param offset where they begin; 0 where the registry gives no parts
   */
  public record Stream(InputStream bytes, long offset) {}

  /**
   * Reads a manifest.
   *
   * @param version a tag or digest; what comes is held against a digest
   */
  public Content manifest(String version) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder().header("Accept", String.join(", ", Manifest.MEDIA_TYPES));
    for (var attempt = 1; ; attempt++) {
      try {
        var response = send(request, "manifests/" + version);
        return manifest(response, version);
      } catch (ImageFault e) {
        throw e;
      } catch (IOException e) {
        // The answer broke off.
        pauseOrFail(attempt, e);
      }
    }
  }

  private Content manifest(HttpResponse<InputStream> response, String version) throws IOException {
    try (var body = response.body()) {
      var bytes = body.readNBytes(MANIFEST_BYTES_MAX + 1);
      if (bytes.length > MANIFEST_BYTES_MAX) {
        throw new ImageFault(
            ImageFault.Reason.UNSUPPORTED,
            "the manifest of \"" + image + "\" has more than " + MANIFEST_BYTES_MAX + " bytes");
      }
      var digest = digest(bytes);
      if (Descriptor.isDigest(version) && !version.equals(digest)) {
        throw new ImageFault(
            ImageFault.Reason.CORRUPT,
            "the registry gave a manifest with digest " + digest + ", asked for was " + version);
      }
      var type = response.headers().firstValue("Content-Type").orElse("");
      return new Content(bytes, type.replaceAll(";.*", "").strip(), digest);
    }
  }

  /** The digest of bytes. */
  public static String digest(byte[] bytes) {
    return "sha256:" + HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** What makes digests. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Opens a blob. What comes was not yet held against its digest.
   *
   * @param offset where to begin, which not every registry can
   */
  public Stream blob(Descriptor blob, long offset) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder();
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
    }
    var response = send(request, "blobs/" + blob.digest());
    var isPart =
        response.statusCode() == 206
            && response
                .headers()
                .firstValue("Content-Range")
                .filter(range -> range.startsWith("bytes " + offset + "-"))
                .isPresent();
    if (response.statusCode() == 206 && !isPart) {
      response.body().close();
      throw new IOException("the registry gave another part of " + blob.digest());
    }
    return new Stream(new StallGuard(response.body(), options.stall()), isPart ? offset : 0);
  }

  /** Asks until the registry has an answer that counts. */
  private HttpResponse<InputStream> send(HttpRequest.Builder request, String what)
      throws IOException, InterruptedException {
    var uri =
        URI.create(connection.address(image.registry()) + "/v2/" + image.repository() + "/" + what);
    var renewals = 0;
    for (var attempt = 1; ; attempt++) {
      HttpResponse<InputStream> response;
      var sent = authorization.header();
      try {
        response = connection.send(request, uri, sent);
      } catch (ImageFault e) {
        throw e;
      } catch (IOException e) {
        pauseOrFail(attempt, e);
        continue;
      }
      var status = response.statusCode();
      if (status == 200 || status == 206) {
        return response;
      }
      var why = complaint(response);
      if (status == 401
          && renewals++ < 2
          && authorization.renew(sent, response.headers().allValues("WWW-Authenticate"))) {
        attempt--;
      } else if (status == 429 || status >= 500) {
        pauseOrFail(attempt, response, why);
      } else {
        throw refusal(status, why);
      }
    }
  }

  private static String complaint(HttpResponse<InputStream> response) throws IOException {
    try (var body = response.body()) {
      var bytes = body.readNBytes(ERROR_BYTES_MAX);
      var error = JsonMapper.shared().readTree(bytes).path("errors").path(0);
      var code = error.path("code").asString("").toLowerCase(Locale.ROOT).replace('_', ' ');
      return code.isEmpty() ? "" : ": " + code + ": " + error.path("message").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  private ImageFault refusal(int status, String why) {
    return switch (status) {
      case 401, 403 ->
          new ImageFault(
              ImageFault.Reason.DENIED,
              "pulling \""
                  + image
                  + "\" is denied, the repository does not exist or may require authorization"
                  + why);
      case 404 -> new ImageFault(ImageFault.Reason.NOT_FOUND, "\"" + image + "\": not found" + why);
      default ->
          new ImageFault(
              ImageFault.Reason.UNREACHABLE,
              "the registry answers for \"" + image + "\" with status " + status + why);
    };
  }

  private void pauseOrFail(int attempt, HttpResponse<InputStream> response, String why)
      throws ImageFault, InterruptedException {
    var status = response.statusCode();
    if (attempt >= options.attempts()) {
      throw refusal(status, why);
    }
    var said = response.headers().firstValue("Retry-After").orElse("");
    var seconds = said.matches("[0-9]{1,6}") ? Long.parseLong(said) : 0;
    var pause = pause(attempt);
    var wanted = Duration.ofSeconds(Math.min(seconds, PAUSE_MAX.toSeconds()));
    Thread.sleep(wanted.compareTo(pause) > 0 ? wanted : pause);
  }

  private Duration pause(int attempt) {
    var pause = options.pause().multipliedBy(1L << Math.min(attempt - 1, 10));
    return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  /**
   * Waits before another attempt.
   *
   * @throws ImageFault where there were enough of them
   */
  public void pauseOrFail(int attempt, IOException failure)
      throws ImageFault, InterruptedException {
    if (attempt >= options.attempts()) {
      throw new ImageFault(
          ImageFault.Reason.UNREACHABLE,
          "reading \"" + image + "\" from " + image.registry() + " failed: " + reason(failure),
          failure);
    }
    Thread.sleep(pause(attempt));
  }

  private static String reason(IOException failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  @Override
  public void close() {
    connection.close();
  }
}
