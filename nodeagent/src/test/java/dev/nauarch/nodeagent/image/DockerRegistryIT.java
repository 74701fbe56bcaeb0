package dev.nauarch.nodeagent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.nodeagent.image.TestImage.Packing;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.RegistryLogin;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's own registry as a server. */
final class DockerRegistryIT {
  /** The user me with the password secret. */
  private static final String HTPASSWD =
      "me:$2b$04$qVa9bSrLuMrmhC9o0DvzjegDhwXFl2itVk6Wfju9DqZKEtD515N7C\n";

  private static final String BASIC = "Basic bWU6c2VjcmV0";

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Process server;
  private String name = "";

  @AfterEach
  void close() throws InterruptedException {
    client.close();
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }

  private void start(boolean asksForPassword) throws Exception {
    try (var free = new ServerSocket(0)) {
      name = "127.0.0.1:" + free.getLocalPort();
    }
    var passwords = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    var config =
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "%s"}
        """
            .formatted(directory.resolve("data"), name);
    var auth = "auth: {htpasswd: {realm: it, path: %s}}\n".formatted(passwords);
    var file = directory.resolve("config.yml");
    Files.writeString(file, asksForPassword ? config + auth : config);
    server =
        new ProcessBuilder("docker-registry", "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    var deadline = Instant.now().plusSeconds(20);
    while (!answers()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(Files.readString(directory.resolve("log")));
      }
      Thread.sleep(20);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return send(request("/v2/").GET()) == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpRequest.Builder request(String path) {
    var uri = URI.create(path.startsWith("/") ? "http://" + name + path : path);
    return HttpRequest.newBuilder(uri)
        .header("Authorization", BASIC)
        .timeout(Duration.ofSeconds(20));
  }

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  /** Sends an image there, as its author would. */
  private String push(TestImage image) throws Exception {
    for (var blob : image.blobs().entrySet()) {
      var begin = request("/v2/team/app/blobs/uploads/").POST(BodyPublishers.noBody());
      var begun = client.send(begin.build(), BodyHandlers.discarding());
      var place = begun.headers().firstValue("Location").orElseThrow();
      var end = place + (place.contains("?") ? "&" : "?") + "digest=" + blob.getKey();
      var bytes = BodyPublishers.ofByteArray(blob.getValue());
      var type = "application/octet-stream";
      assertEquals(201, send(request(end).header("Content-Type", type).PUT(bytes)));
    }
    var manifest = BodyPublishers.ofByteArray(image.manifest());
    var put = request("/v2/team/app/manifests/1").header("Content-Type", image.mediaType());
    assertEquals(201, send(put.PUT(manifest)));
    return name + "/team/app:1";
  }

  private static TestImage image() {
    var layer = new TestLayer().file("file", "content").tar();
    return TestImage.of(Map.of("Cmd", List.of("x")), Packing.GZIP, List.of(layer));
  }

  private ImageStore open() throws IOException {
    return ImageStore.open(
        directory.resolve("store"), StoreOptions.DEFAULT, InstantSource.system());
  }

  @Test
  void anybodyFetchesWhereAnybodyMay() throws Exception {
    start(false);
    var image = image();
    var pushed = push(image);
    try (var store = open()) {
      var pulled = store.pull(pushed, RegistryLogin.NOBODY);
      assertEquals(image.digest(), pulled.digest());
      assertEquals("content", Files.readString(store.layers(pulled).getFirst().resolve("file")));
      var fault =
          assertThrows(
              ImageFault.class, () -> store.pull(name + "/team/app:2", RegistryLogin.NOBODY));
      assertEquals(ImageFault.Reason.NOT_FOUND, fault.reason());
    }
  }

  @Test
  void aPasswordIsAskedFor() throws Exception {
    start(true);
    var pushed = push(image());
    try (var store = open()) {
      for (var login : List.of(RegistryLogin.NOBODY, new RegistryLogin("me", "wrong", "", ""))) {
        var fault = assertThrows(ImageFault.class, () -> store.pull(pushed, login));
        assertEquals(ImageFault.Reason.DENIED, fault.reason());
      }
      var known = new RegistryLogin("me", "secret", "", "");
      assertEquals(List.of("x"), store.pull(pushed, known).config().command());
    }
  }
}
