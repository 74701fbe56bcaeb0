package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** A server that encrypts, over HTTPS: what lies in its store, and what it shows. */
@SuppressWarnings("NullAway.Init") // set before each test
class EncryptedClusterTest {

  private static final String SECRETS = "/api/v1/namespaces/default/secrets";
  private static final String TEXT = "top-secret-text-of-the-test";
  private static final String DATA = base64(TEXT);
  private static final String KEY = "/registry/core/secrets/default/";

  @TempDir private Path directory;
  private Store store;
  private @Nullable TestServer server;

  @BeforeEach
  void openStore() throws IOException {
    store = open(directory);
  }

  @AfterEach
  void stop() {
    stopServer();
    store.close();
  }

  private void stopServer() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** The store that a test runs on. */
  Store open(Path at) throws IOException {
    return new MemoryStore();
  }

  /** Where that keeps its files. */
  Path files(Path at) {
    return at;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String provider(String method, String key, char letter) {
    return "{%s: {keys: [{name: %s, secret: %s}]}}"
        .formatted(method, key, base64(String.valueOf(letter).repeat(32)));
  }

  private Path rules(String resources, String... providers) throws IOException {
    return Files.writeString(
        directory.resolve("keys.yaml"),
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
        - resources: [%s]
          providers: [%s]
        """
            .formatted(resources, String.join(", ", providers)));
  }

  /** Starts a server on the store, after another has ended. */
  private TestServer start(Encryption encryption) throws IOException {
    stopServer();
    var started = TestServer.startCluster(directory, new KeptOpen(store), encryption);
    server = started;
    return started;
  }

  private TestServer start(String... providers) throws IOException {
    return start(Encryption.of(rules("secrets", providers), Optional.empty()));
  }

  private static ObjectNode create(TestServer server, String name) throws Exception {
    return create(server, name, TEXT);
  }

  private static ObjectNode create(TestServer server, String name, String word) throws Exception {
    var body =
        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'%s'},'data':{'word':'%s'}}"
            .formatted(name, base64(word))
            .replace('\'', '"');
    return expect(201, server.send("POST", SECRETS, body));
  }

  private static ObjectNode expect(int code, HttpResponse<String> answer) {
    assertEquals(code, answer.statusCode(), answer.body());
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode get(TestServer server, String name) throws Exception {
    return expect(200, server.send("GET", SECRETS + "/" + name, ""));
  }

  private byte[] raw(String name) {
    return store.get(KEY + name).orElseThrow().value();
  }

  private String head(String name, int length) {
    return new String(raw(name), 0, length, StandardCharsets.ISO_8859_1);
  }

  private void put(String name, byte[] value) {
    store.write(new Mutation.Put(KEY + name, value, new Precondition.None()));
  }

  private static void touch(TestServer server, String name) throws Exception {
    var headers = new String[] {"Content-Type", "application/merge-patch+json"};
    expect(200, server.send("PATCH", SECRETS + "/" + name, "{}", headers));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aesgcm", "aescbc", "secretbox"})
  void theStoreHoldsNothingOfASecret(String method) throws Exception {
    var running = start(provider(method, "k1", 'a'));
    // Other tests leave theirs in the files of their stores.
    var word = "never-to-be-seen-" + method;
    create(running, "db", word);
    var prefix = "k8s:enc:" + method + ":v1:k1:";
    assertEquals(prefix, head("db", prefix.length()));
    for (Entry entry : store.range("", "", 0, 0).entries()) {
      var text = new String(entry.value(), StandardCharsets.ISO_8859_1);
      assertFalse(text.contains(word) || text.contains(base64(word)), entry.key());
    }
    try (var files = Files.walk(files(directory))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(word) || text.contains(base64(word)), file.toString());
      }
    }
    assertEquals(base64(word), get(running, "db").at("/data/word").asString());
    var list = expect(200, running.send("GET", SECRETS, ""));
    assertEquals(base64(word), list.at("/items/0/data/word").asString());
    var again = start(provider(method, "k1", 'a'));
    assertEquals(base64(word), get(again, "db").at("/data/word").asString());
  }

  @Test
  void aWatchShowsWhatIsReadable() throws Exception {
    var running = start(provider("aesgcm", "k1", 'a'));
    var version = create(running, "one").at("/metadata/resourceVersion").asString();
    create(running, "two");
    expect(200, running.send("DELETE", SECRETS + "/two", ""));
    var path = SECRETS + "?watch=true&timeoutSeconds=1&resourceVersion=" + version;
    var events = running.send("GET", path, "").body();
    assertTrue(events.contains("\"ADDED\"") && events.contains("\"DELETED\""), events);
    assertTrue(events.contains(DATA), events);
  }

  @Test
  void whatLiesAsWouldNotBeWrittenNowIsWrittenByTheNextUpdate() throws Exception {
    var running = start(Encryption.none());
    var version = create(running, "db").at("/metadata/resourceVersion").asString();
    assertEquals("{", head("db", 1));
    touch(running, "db");
    assertEquals(version, get(running, "db").at("/metadata/resourceVersion").asString());

    running = start(provider("aescbc", "k1", 'a'), "{identity: {}}");
    assertEquals("{", head("db", 1));
    touch(running, "db");
    assertEquals("k8s:enc:aescbc:v1:k1:", head("db", 21));
    var rewritten = get(running, "db").at("/metadata/resourceVersion").asString();
    assertNotEquals(version, rewritten);
    touch(running, "db");
    assertEquals(rewritten, get(running, "db").at("/metadata/resourceVersion").asString());

    running = start(provider("aesgcm", "k2", 'b'), provider("aescbc", "k1", 'a'));
    touch(running, "db");
    assertEquals("k8s:enc:aesgcm:v1:k2:", head("db", 21));
    // Identity comes first in order to have everything decrypted.
    running = start("{identity: {}}", provider("aesgcm", "k2", 'b'));
    assertEquals(DATA, get(running, "db").at("/data/word").asString());
    touch(running, "db");
    assertEquals("{", head("db", 1));
  }

  @Test
  void keysOfOneNameInTwoProvidersAreBothTried() throws Exception {
    create(start(provider("aescbc", "k", 'a')), "db");
    var running = start(provider("aescbc", "k", 'b'), provider("aescbc", "k", 'a'));
    assertEquals(DATA, get(running, "db").at("/data/word").asString());
    touch(running, "db");
    assertEquals(DATA, get(start(provider("aescbc", "k", 'b')), "db").at("/data/word").asString());
  }

  @Test
  void whatNoKeyOpensIsAnInternalErrorOfThatObjectAlone() throws Exception {
    var running = start(provider("aesgcm", "k1", 'a'));
    create(running, "mine");
    create(running, "broken");
    create(running, "target");
    var other = SECRETS.replace("default", "kube-public");
    var body = "{\"metadata\":{\"name\":\"fine\"}}";
    expect(201, running.send("POST", other, body));
    var watch = SECRETS + "?watch=true&timeoutSeconds=60";
    var watching =
        running.client().sendAsync(running.request("GET", watch, ""), BodyHandlers.ofString());
    // One is changed, one moved: both are noticed, while the server runs and after it started.
    var changed = raw("broken").clone();
    changed[changed.length - 1] ^= 1;
    put("broken", changed);
    put("target", raw("mine"));
    refusals(running, other);
    var ended = watching.get(20, TimeUnit.SECONDS);
    assertTrue(ended.statusCode() == 500 || ended.body().contains("\"code\":410"), ended.body());
    refusals(start(provider("aesgcm", "k1", 'a')), other);
  }

  private void refusals(TestServer running, String other) throws Exception {
    var message = "Internal error occurred: cipher: message authentication failed";
    for (var name : new String[] {"broken", "target"}) {
      var at = SECRETS + "/" + name;
      refused(message, running.send("GET", at, ""));
      refused(message, running.send("DELETE", at, ""));
      var headers = new String[] {"Content-Type", "application/merge-patch+json"};
      refused(message, running.send("PATCH", at, "{\"data\":{}}", headers));
      var body = "{\"metadata\":{\"name\":\"" + name + "\"}}";
      expect(409, running.send("POST", SECRETS, body));
    }
    var inList =
        "Internal error occurred: unable to transform key \"%sbroken\":".formatted(KEY)
            + " cipher: message authentication failed";
    for (var path :
        new String[] {
          SECRETS,
          "/api/v1/secrets",
          SECRETS + "?limit=10",
          SECRETS + "?resourceVersion=0",
          SECRETS + "?watch=true&timeoutSeconds=1"
        }) {
      refused(inList, running.send("GET", path, ""));
    }
    assertEquals(DATA, get(running, "mine").at("/data/word").asString());
    create(running, "new");
    expect(200, running.send("DELETE", SECRETS + "/new", ""));
    var list = expect(200, running.send("GET", other, ""));
    assertTrue(list.toString().contains("\"fine\""));
    expect(200, running.send("GET", "/api/v1/configmaps", ""));
  }

  private static void refused(String message, HttpResponse<String> answer) {
    var status = expect(500, answer);
    assertEquals("InternalError", status.path("reason").asString());
    assertEquals(message, status.path("message").asString());
  }

  @Test
  void whatIsEncryptedIsNotTakenForAnObjectWithoutKeys() throws Exception {
    create(start(provider("aesgcm", "k1", 'a')), "db");
    refused(
        "Internal error occurred: identity transformer tried to read encrypted data",
        start(Encryption.none()).send("GET", SECRETS + "/db", ""));
    refused(
        "Internal error occurred: no matching prefix found",
        start(provider("aescbc", "k1", 'a')).send("GET", SECRETS + "/db", ""));
    refused(
        "Internal error occurred: no matching key was found for the provided AES transformer",
        start(provider("aesgcm", "k2", 'a')).send("GET", SECRETS + "/db", ""));
    assertEquals(DATA, get(start(provider("aesgcm", "k1", 'a')), "db").at("/data/word").asString());
  }

  @Test
  void theFileIsReadAgainAndWhatCouldNotBeReadThenCan() throws Exception {
    create(start(provider("aesgcm", "k1", 'a')), "db");
    var file = rules("secrets", provider("aesgcm", "k2", 'b'));
    var running = start(Encryption.of(file, Optional.of(Duration.ofMillis(5))));
    expect(500, running.send("GET", SECRETS, ""));
    Files.writeString(file, "kind: Nonsense");
    create(running, "new");
    assertEquals("k8s:enc:aesgcm:v1:k2:", head("new", 21));
    rules("secrets", provider("aesgcm", "k2", 'b'), provider("aesgcm", "k1", 'a'));
    var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (running.send("GET", SECRETS, "").statusCode() != 200) {
      assertTrue(System.nanoTime() < deadline, "the file was not read again");
      LockSupport.parkNanos(1_000_000);
    }
    assertEquals(DATA, get(running, "db").at("/data/word").asString());
  }

  @Test
  void everythingCanBeEncrypted() throws Exception {
    var all = Encryption.of(rules("'*.*'", provider("aescbc", "k", 'a')), Optional.empty());
    var running = start(all);
    var service = "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"port\":80}]}}";
    expect(201, running.send("POST", "/api/v1/namespaces/default/services", service));
    for (Entry entry : store.range("/registry/", "", 0, 0).entries()) {
      var isPlain = entry.value()[0] == '{';
      assertEquals(entry.key().startsWith("/registry/allocations/"), isPlain, entry.key());
    }
    running = start(all);
    expect(200, running.send("GET", "/api/v1/namespaces/default/services/web", ""));
    expect(200, running.send("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles", ""));
  }

  /** A store that outlives the servers on it. */
  private static final class KeptOpen extends StoreLayer {

    KeptOpen(Store below) {
      super(below);
    }

    @Override
    public void close() {}
  }
}
