package dev.nauarch.nodeagent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.image.TestImage.Packing;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import dev.nauarch.nodeagent.image.registry.RegistryLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose process is killed at any moment, again and again. */
final class ImageStoreKillIT {
  private static final int ROUNDS = Boolean.getBoolean("nau.soak") ? 60 : 6;
  private static final int FILES = 300;

  @TempDir Path directory;

  @Test
  void whatIsThereAfterAKillIsWhole() throws Exception {
    var random = new Random(7);
    try (var registry = new TestRegistry()) {
      var name = registry.put("a/b", "1", image(random));
      for (var round = 0; round < ROUNDS; round++) {
        killSomewhere(name, random);
        check(name);
      }
      try (var store = open()) {
        check(store.pull(name, RegistryLogin.NOBODY), store);
        store.retainUsers(Set.of());
        store.remove(name);
        for (var each : List.of("layers", "chains", "blobs/sha256", "images", "uses")) {
          assertEquals(0, directory.resolve(each).toFile().listFiles().length, each);
        }
      }
    }
  }

  private ImageStore open() throws IOException {
    return ImageStore.open(directory, StoreOptions.DEFAULT, InstantSource.system());
  }

  private static TestImage image(Random random) {
    var noise = new byte[4096];
    var lower = new TestLayer();
    var upper = new TestLayer();
    for (var i = 0; i < FILES; i++) {
      random.nextBytes(noise);
      lower.file("dir/" + i, 0644, noise);
      upper.file("other/" + i, 0644, noise);
    }
    return TestImage.of(Map.of(), Packing.GZIP, List.of(lower.tar(), upper.tar()));
  }

  private void killSomewhere(String name, Random random) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    var process =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                PullingProcess.class.getName(),
                directory.toString(),
                name)
            .redirectErrorStream(true)
            .start();
    try (var output = process.inputReader()) {
      assertEquals("ready", output.readLine());
      Thread.sleep(random.nextInt(1500));
      assertTrue(process.isAlive(), () -> output.lines().toList().toString());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void check(String name) throws IOException {
    try (var store = open()) {
      for (var chain : files("chains")) {
        var layer = directory.resolve("layers").resolve(Files.readString(chain));
        assertEquals(FILES, layer.resolve(only(layer)).toFile().list().length);
      }
      for (var blob : files("blobs/sha256")) {
        assertEquals(
            "sha256:" + blob.getFileName(), RegistryClient.digest(Files.readAllBytes(blob)));
      }
      var found = store.find(name);
      if (found.isPresent()) {
        check(found.get(), store);
      }
    }
  }

  private List<Path> files(String name) throws IOException {
    try (var files = Files.list(directory.resolve(name))) {
      return files.toList();
    }
  }

  private static String only(Path directory) {
    var names = directory.toFile().list();
    assertEquals(1, names.length);
    return names[0];
  }

  private static void check(StoredImage image, ImageStore store) throws IOException {
    assertEquals(2, image.chains().size());
    for (var layer : store.layers(image)) {
      assertEquals(FILES, layer.resolve(only(layer)).toFile().list().length);
    }
  }
}
