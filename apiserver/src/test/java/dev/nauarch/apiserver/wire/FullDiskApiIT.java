package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Store;
import dev.nauarch.store.embedded.EmbeddedStore;
import dev.nauarch.store.embedded.EmbeddedStoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose disk, of 6 MiB, gets full. Needs root, for the mount. */
@Timeout(120)
class FullDiskApiIT {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String VALUE = "x".repeat(20_000);
  private static final String FULL = "the store's disk is full: ";

  @TempDir private Path mount;
  @TempDir private Path keys;
  private Path ballast;

  @BeforeEach
  void mount() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=6m", "nauarch-full-disk-test", mount.toString());
    ballast = mount.resolve("ballast");
    Files.write(ballast, new byte[2 << 20]);
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", mount.toString());
  }

  @Test
  void writesAreRefusedAllElseGoesOnAndSpaceBringsThemBack() throws Exception {
    int written;
    try (var server = TestServer.startCluster(keys, open());
        var http = server.raw()) {
      written = fill(http);
      assertTrue(written > 100, "only " + written + " writes found room");
      var before = http.get(MAPS + "/m-0").body();
      var version = Json.text(Json.read(http.get(MAPS).body()), "metadata", "resourceVersion");

      assertFull(send(http, "POST", MAPS, map("refused", VALUE)));
      assertFull(send(http, "PUT", MAPS + "/m-0", map("m-0", VALUE + VALUE)));
      assertFull(patch(http, MAPS + "/m-0", "{\"data\":{\"more\":\"" + VALUE + "\"}}"));
      assertEquals(404, http.get(MAPS + "/refused").status());
      assertArrayEquals(before, http.get(MAPS + "/m-0").body());
      assertEquals(written, Json.read(http.get(MAPS).body()).path("items").size());
      assertEquals(200, http.get("/livez").status());
      assertEquals(200, http.get("/readyz").status());

      try (var watch = new RawWatch(http, MAPS + "?watch=1&resourceVersion=" + version)) {
        Files.delete(ballast);
        assertEquals(201, send(http, "POST", MAPS, map("after", VALUE)).status());
        assertEquals("after", Json.text(watch.next().path("object"), "metadata", "name"));
      }
    }
    try (var server = TestServer.startCluster(keys, open());
        var http = server.raw()) {
      var names = new HashSet<String>();
      for (var map : Json.read(http.get(MAPS).body()).path("items")) {
        assertEquals(VALUE, Json.text(map, "data", "k"), "as it was acknowledged");
        names.add(Json.text(map, "metadata", "name"));
      }
      assertEquals(written + 1, names.size());
      assertFalse(names.contains("refused"));
    }
  }

  private Store open() throws IOException {
    return EmbeddedStore.open(mount.resolve("store"), EmbeddedStoreOptions.DEFAULT);
  }

  private static int fill(RawHttp http) throws IOException {
    for (var written = 0; ; written++) {
      var answer = send(http, "POST", MAPS, map("m-" + written, VALUE));
      if (answer.status() != 201) {
        assertFull(answer);
        return written;
      }
      assertTrue(written < 1_000, "the disk never fills");
    }
  }

  /** What a client is told, in the code that kube-apiserver gives when etcd has no space left. */
  private static void assertFull(RawHttp.Answer answer) {
    assertEquals(500, answer.status(), answer.text());
    var status = Json.read(answer.body());
    assertEquals("InternalError", Json.text(status, "reason"));
    assertTrue(Json.text(status, "message").startsWith(FULL), answer.text());
    assertTrue(Json.text(status, "message").endsWith("free some space"), answer.text());
  }

  private static RawHttp.Answer send(RawHttp http, String method, String path, String body)
      throws IOException {
    var json = Map.of("content-type", "application/json");
    return http.send(method, path, json, body.getBytes(StandardCharsets.UTF_8));
  }

  private static RawHttp.Answer patch(RawHttp http, String path, String body) throws IOException {
    var type = Map.of("content-type", "application/merge-patch+json");
    return http.send("PATCH", path, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String map(String name, String value) {
    return "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"k\":\"%s\"}}".formatted(name, value);
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
  }
}
