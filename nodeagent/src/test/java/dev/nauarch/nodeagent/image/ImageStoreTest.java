package dev.nauarch.nodeagent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.nauarch.nodeagent.image.TestImage.Packing;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.Manifest;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import dev.nauarch.nodeagent.image.registry.RegistryLogin;
import dev.nauarch.nodeagent.image.registry.RegistryOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching and keeping images, from a registry that misbehaves. */
final class ImageStoreTest {
  private static final byte[] LOWER = new TestLayer().file("lower", "lower").tar();
  private static final byte[] UPPER = new TestLayer().file("upper", "upper").tar();

  @TempDir Path directory;
  private TestRegistry registry;
  private ImageStore store;

  @BeforeEach
  void open() throws IOException {
    registry = new TestRegistry();
    store = openStore();
  }

  private ImageStore openStore() throws IOException {
    var registries =
        new RegistryOptions(Set.of(), List.of(), 3, Duration.ofMillis(5), Duration.ofMillis(500));
    return ImageStore.open(
        directory, new StoreOptions(registries, 1, 1000), InstantSource.system());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    registry.close();
  }

  private static TestImage image() {
    return TestImage.of(
        Map.of("Cmd", List.of("run"), "Env", List.of("A=b")), Packing.GZIP, List.of(LOWER, UPPER));
  }

  private StoredImage pull(String name) throws IOException, InterruptedException {
    return store.pull(name, RegistryLogin.NOBODY);
  }

  private ImageFault refused(String name) {
    return assertThrows(ImageFault.class, () -> pull(name));
  }

  private static List<String> names(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private long blobRequests() {
    return registry.requests().stream().filter(each -> each.contains("/blobs/")).count();
  }

  /** The digest of the largest blob of an image. */
  private static String largest(TestImage image) {
    return image.blobs().entrySet().stream()
        .max((a, b) -> Integer.compare(a.getValue().length, b.getValue().length))
        .orElseThrow()
        .getKey();
  }

  /** An image with a layer that does not shrink. */
  private static TestImage large() {
    var noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    return TestImage.of(
        Map.of(), Packing.GZIP, List.of(new TestLayer().file("noise", 0644, noise).tar()));
  }

  @ParameterizedTest
  @EnumSource
  void anImageIsUnpackedHoweverItIsPacked(Packing packing) throws Exception {
    var image = TestImage.of(Map.of("Cmd", List.of("run")), packing, List.of(LOWER, UPPER));
    var pulled = pull(registry.put("a/b", "1", image));
    var layers = store.layers(pulled);
    assertEquals("upper", Files.readString(layers.getFirst().resolve("upper")));
    assertEquals("lower", Files.readString(layers.getLast().resolve("lower")));
    assertEquals(List.of("run"), pulled.config().command());
    assertEquals(registry.name() + "/a/b@" + image.digest(), pulled.byDigest());
    assertEquals(pulled, store.find(registry.name() + "/a/b:1").orElseThrow());
    assertEquals(pulled, store.find(pulled.id()).orElseThrow());
    assertEquals(pulled, store.find(pulled.byDigest()).orElseThrow());
  }

  @Test
  void whatIsHereDoesNotComeAgain() throws Exception {
    var name = registry.put("a/b", "1", image());
    pull(name);
    var before = blobRequests();
    pull(name);
    store.close();
    store = openStore();
    pull(name);
    assertEquals(before, blobRequests());
    assertEquals(3, before);
  }

  @Test
  void manyWhoWantOneImageFetchItOnce() throws Exception {
    var name = registry.put("a/b", "1", image());
    var all = new CountDownLatch(1);
    registry.behave(
        exchange -> {
          await(all);
          return false;
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StoredImage>> pulls =
          List.of(1, 2, 3, 4).stream().map(i -> threads.submit(() -> pull(name))).toList();
      while (store.progress().isEmpty()) {
        Thread.sleep(1);
      }
      all.countDown();
      for (var each : pulls) {
        assertEquals(pulls.getFirst().get(), each.get());
      }
    }
    assertEquals(3, blobRequests());
    assertEquals(List.of(), store.progress());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void contentThatIsNotWhatItsDigestSaysIsRefused() throws Exception {
    for (var round = 0; round < 3; round++) {
      var layer = new TestLayer().file("round-" + round, "x").tar();
      var config = Map.<String, Object>of("User", String.valueOf(round));
      var second = new TestLayer().file("second-" + round, "x").tar();
      var broken = TestImage.of(config, Packing.GZIP, List.of(layer, second));
      var digest = List.copyOf(broken.blobs().keySet()).get(round);
      registry.behave(
          exchange -> {
            var isIt = exchange.getRequestURI().getPath().endsWith(digest);
            if (isIt) {
              var wrong = registry.blob(digest).clone();
              wrong[wrong.length / 2] ^= 1;
              TestRegistry.send(exchange, 200, wrong);
            }
            return isIt;
          });
      var name = registry.put("a/round", String.valueOf(round), broken);
      assertEquals(ImageFault.Reason.CORRUPT, refused(name).reason());
      assertFalse(Files.exists(directory.resolve("blobs/sha256").resolve(digest.substring(7))));
    }
    var image = image();
    registry.put("a/b", "1", image);
    var byDigest = registry.name() + "/a/b@" + image.digest();
    registry.behave(
        exchange -> {
          var isManifest = exchange.getRequestURI().getPath().contains("/manifests/");
          if (isManifest) {
            TestRegistry.send(exchange, 200, large().manifest());
          }
          return isManifest;
        });
    assertEquals(ImageFault.Reason.CORRUPT, refused(byDigest).reason());
    assertEquals(List.of(), store.list());
    registry.behave(TestRegistry.NONE);
    assertEquals(image.digest(), pull(byDigest).digest());
  }

  @Test
  void layersThatAreNotThoseOfTheConfigLeaveNothing() throws Exception {
    var image =
        TestImage.of(Map.of(), Packing.GZIP, List.of(LOWER), List.of(UPPER), architecture());
    assertEquals(ImageFault.Reason.CORRUPT, refused(registry.put("a/b", "1", image)).reason());
    var hostile = new TestLayer().file("good", "x").file("../../evil", "x").tar();
    var other = TestImage.of(Map.of(), Packing.ZSTD, List.of(LOWER, hostile));
    assertEquals(ImageFault.Reason.CORRUPT, refused(registry.put("a/c", "1", other)).reason());
    assertEquals(1, names(directory.resolve("chains")).size());
    assertEquals(1, names(directory.resolve("layers")).size());
    assertEquals(List.of(), store.list());
  }

  private static String architecture() {
    return Manifest.architecture();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLayerThatBreaksOffIsGoneOnWith(boolean givesParts) throws Exception {
    var image = large();
    var digest = largest(image);
    var name = registry.put("a/b", "1", image);
    var begun = new AtomicInteger();
    var asked = new AtomicInteger();
    registry.behave(
        exchange -> {
          if (!exchange.getRequestURI().getPath().endsWith(digest)) {
            return false;
          }
          if (begun.getAndIncrement() == 0) {
            var bytes = registry.blob(digest);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("the line is cut");
          }
          if (exchange.getRequestHeaders().containsKey("Range")) {
            asked.incrementAndGet();
          }
          if (!givesParts) {
            TestRegistry.send(exchange, 200, registry.blob(digest));
          }
          return !givesParts;
        });
    assertEquals(1 << 20, Files.size(store.layers(pull(name)).getFirst().resolve("noise")));
    assertEquals(2, begun.get());
    assertEquals(1, asked.get());
    assertEquals(List.of(), names(directory.resolve("ingest")));
  }

  @Test
  void aRegistryThatIsBusyIsAskedAgainAndNotForEver() throws Exception {
    var name = registry.put("a/b", "1", image());
    var asked = new AtomicInteger();
    registry.behave(
        exchange -> {
          var isFailing = asked.incrementAndGet() <= 2;
          if (isFailing) {
            exchange.getResponseHeaders().add("Retry-After", "0");
            TestRegistry.send(exchange, asked.get() == 1 ? 429 : 503, new byte[0]);
          }
          return isFailing;
        });
    pull(name);
    asked.set(-1000);
    var fault = refused(registry.put("a/c", "1", large()));
    assertEquals(ImageFault.Reason.UNREACHABLE, fault.reason());
    assertEquals(-997, asked.get());
    registry.close();
    assertEquals(ImageFault.Reason.UNREACHABLE, refused(name).reason());
  }

  @Test
  void aRegistryThatSaysNothingMoreIsGivenUp() throws Exception {
    var image = large();
    var digest = largest(image);
    var over = new CountDownLatch(1);
    registry.behave(
        exchange -> {
          if (!exchange.getRequestURI().getPath().endsWith(digest)) {
            return false;
          }
          exchange.sendResponseHeaders(200, registry.blob(digest).length);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          await(over);
          return true;
        });
    var fault = refused(registry.put("a/b", "1", image));
    over.countDown();
    assertTrue(String.valueOf(fault.getMessage()).contains("nothing came for"), fault::toString);
  }

  @Test
  void moreBytesThanSaidAreNotTaken() throws Exception {
    var image = image();
    var digest = largest(image);
    registry.behave(
        exchange -> {
          var isBlob = exchange.getRequestURI().getPath().endsWith(digest);
          if (isBlob) {
            TestRegistry.send(exchange, 200, Arrays.copyOf(registry.blob(digest), 1 << 22));
          }
          return isBlob;
        });
    var fault = refused(registry.put("a/b", "1", image));
    assertTrue(String.valueOf(fault.getMessage()).contains("has more than"), fault::toString);
  }

  /** Gives tokens to who knows the password, and images to who has a token. */
  private boolean guard(HttpExchange exchange) throws IOException {
    var said = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (exchange.getRequestURI().getPath().equals("/token")) {
      var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      // "me:secret" in base 64.
      var isKnown = said.equals("Basic bWU6c2VjcmV0") || form.contains("refresh_token=identity");
      var asked = exchange.getRequestURI().getQuery() + form;
      var isAsked = asked.contains("scope=repository:a/b:pull") || asked.contains("a%2Fb%3Apull");
      TestRegistry.send(
          exchange,
          isKnown && isAsked ? 200 : 401,
          "{\"token\":\"yes\"}".getBytes(StandardCharsets.UTF_8));
      return true;
    }
    if (said.equals("Bearer yes")) {
      return false;
    }
    exchange
        .getResponseHeaders()
        .add(
            "WWW-Authenticate",
            "Bearer realm=\"http://%s/token\",service=\"it\",scope=\"repository:a/b:pull\""
                .formatted(registry.name()));
    TestRegistry.send(exchange, 401, new byte[0]);
    return true;
  }

  @Test
  void whoAsksIsToldToTheRegistryAsItWants() throws Exception {
    var name = registry.put("a/b", "1", image());
    registry.behave(this::guard);
    assertEquals(ImageFault.Reason.DENIED, refused(name).reason());
    for (var login :
        List.of(
            new RegistryLogin("me", "secret", "", ""),
            RegistryLogin.ofAuth("bWU6c2VjcmV0"),
            new RegistryLogin("", "", "identity", ""),
            new RegistryLogin("", "", "", "yes"))) {
      assertEquals(name, store.pull(name, login).reference(), login::toString);
    }
    var wrong = new RegistryLogin("me", "wrong", "", "");
    var fault = assertThrows(ImageFault.class, () -> store.pull(name, wrong));
    assertEquals(ImageFault.Reason.DENIED, fault.reason());
    assertFalse(wrong.toString().contains("wrong"));
  }

  @Test
  void nobodyElseLearnsWhoAsks() throws Exception {
    var image = image();
    var name = registry.put("a/b", "1", image);
    try (var elsewhere = new TestRegistry()) {
      elsewhere.put("a/b", "1", image);
      var heard = new AtomicInteger();
      elsewhere.behave(
          exchange -> {
            if (exchange.getRequestHeaders().containsKey("Authorization")) {
              heard.incrementAndGet();
            }
            return false;
          });
      registry.behave(
          exchange -> {
            var path = exchange.getRequestURI().getPath();
            if (!path.contains("/blobs/")) {
              return guard(exchange);
            }
            exchange.getResponseHeaders().add("Location", "http://" + elsewhere.name() + path);
            TestRegistry.send(exchange, 307, new byte[0]);
            return true;
          });
      store.pull(name, new RegistryLogin("me", "secret", "", ""));
      assertEquals(3, elsewhere.requests().size());
      assertEquals(0, heard.get());
    }
  }

  @Test
  void imagesGoWhenNobodyNeedsThem() throws Exception {
    var one = registry.put("a/one", "1", image());
    var base = TestImage.of(Map.of(), Packing.GZIP, List.of(LOWER));
    var two = registry.put("a/two", "1", base);
    pull(one);
    pull(two);
    assertEquals(2, names(directory.resolve("layers")).size());
    store.use(one, "container");
    store.remove(one);
    assertEquals(List.of(two), store.list().stream().map(StoredImage::reference).toList());
    assertEquals(2, names(directory.resolve("layers")).size());
    store.release("container");
    assertEquals(1, names(directory.resolve("layers")).size());
    var kept = base.blobs().keySet().stream().map(digest -> digest.substring(7)).toList();
    assertTrue(names(directory.resolve("blobs/sha256")).containsAll(kept));
    store.use(two, "gone");
    store.remove(store.find(two).orElseThrow().id());
    store.retainUsers(Set.of());
    assertEquals(List.of(), names(directory.resolve("layers")));
    assertEquals(List.of(), names(directory.resolve("blobs/sha256")));
    assertThrows(ImageFault.class, () -> store.use(two, "late"));
  }

  @Test
  void anArtifactIsItsFiles() throws Exception {
    var artifact =
        TestImage.artifact("application/vnd.test.model", Map.of("model/weights", "w", "card", "c"));
    var pulled = pull(registry.put("a/model", "1", artifact));
    assertEquals("application/vnd.test.model", pulled.artifactType());
    var files = store.layers(pulled).getFirst();
    assertEquals("w", Files.readString(files.resolve("model/weights")));
    assertEquals("c", Files.readString(files.resolve("card")));
    var hostile = TestImage.artifact("application/vnd.test.model", Map.of("../../out", "x"));
    assertEquals(
        ImageFault.Reason.UNSUPPORTED, refused(registry.put("a/bad", "1", hostile)).reason());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void aStoreHasOneOwner() throws Exception {
    assertTrue(
        String.valueOf(assertThrows(IOException.class, this::openStore).getMessage())
            .contains("already"));
  }

  @Test
  void useCountsWhatIsThere() throws Exception {
    var before = store.use();
    pull(registry.put("a/b", "1", large()));
    var after = store.use();
    assertTrue(after.bytes() - before.bytes() > 2 << 20, () -> before + " " + after);
    assertTrue(after.inodes() > before.inodes());
    assertEquals(64 + 7, RegistryClient.digest(new byte[0]).length());
  }
}
