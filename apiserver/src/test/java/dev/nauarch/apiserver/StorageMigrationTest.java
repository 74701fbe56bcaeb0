package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Objects are written anew where a StorageVersionMigration asks for it, over HTTPS. */
@SuppressWarnings("NullAway.Init") // set before each test
class StorageMigrationTest {

  private static final String MIGRATIONS =
      "/apis/storagemigration.k8s.io/v1/storageversionmigrations";
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String SECRETS = "/api/v1/namespaces/default/secrets";
  private static final String KEY = "/registry/core/secrets/default/";
  private static final String[] MERGE = {"Content-Type", "application/merge-patch+json"};

  @TempDir private Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    var file =
        Files.writeString(
            directory.resolve("keys.yaml"),
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
            - resources: [secrets]
              providers:
              - aesgcm: {keys: [{name: new, secret: YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=}]}
              - identity: {}
            """);
    server =
        TestServer.startCluster(
            directory, new MemoryStore(), Encryption.of(file, Optional.empty()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ObjectNode send(int code, String method, String path, String body, String... headers)
      throws Exception {
    var answer = server.send(method, path, body.replace('\'', '"'), headers);
    assertEquals(code, answer.statusCode(), answer.body());
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private void migrate(String name, String group, String resource) throws Exception {
    var spec = "{'resource':{'group':'%s','resource':'%s'}}".formatted(group, resource);
    send(201, "POST", MIGRATIONS, "{'metadata':{'name':'" + name + "'},'spec':" + spec + "}");
  }

  private ObjectNode await(String path, Predicate<ObjectNode> state) throws Exception {
    var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      var object = send(200, "GET", path, "");
      if (state.test(object)) {
        return object;
      }
      assertTrue(System.nanoTime() < deadline, object.toString());
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static String condition(ObjectNode object, String type) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(one -> one.path("type").asString().equals(type))
        .findFirst()
        .map(
            one ->
                "%s %s: %s"
                    .formatted(
                        one.path("status").asString(),
                        one.path("reason").asString(),
                        one.path("message").asString()))
        .orElse("");
  }

  private ObjectNode awaitEnd(String name) throws Exception {
    return await(
        MIGRATIONS + "/" + name,
        one -> condition(one, "Running").equals("False MigrationCompleted: Migration completed"));
  }

  private static final String SUCCESS =
      "True StorageVersionMigrationSucceeded: Migration completed";

  /** Puts a Secret into the store that was not encrypted. */
  private void plain(String name) {
    var secret =
        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'%s','namespace':'default','uid':'u-%s',"
                .formatted(name, name)
            + "'creationTimestamp':'2026-01-01T00:00:00Z'},'data':{'a':'Yg=='},'type':'Opaque'}";
    put(name, secret.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private void put(String name, byte[] value) {
    server.store().write(new Mutation.Put(KEY + name, value, new Precondition.None()));
  }

  private String stored(String key) {
    var value = server.store().get(key).orElseThrow().value();
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  @Test
  void secretsAreEncryptedByTheKeyOfToday() throws Exception {
    for (var i = 0; i < 40; i++) {
      plain("plain-" + i);
    }
    send(201, "POST", SECRETS, "{'metadata':{'name':'today'}}");
    var today = send(200, "GET", SECRETS + "/today", "");
    migrate("keys", "", "secrets");
    var done = awaitEnd("keys");
    assertEquals(SUCCESS, condition(done, "Succeeded"));
    assertTrue(Long.parseLong(done.at("/status/resourceVersion").asString()) > 0);
    for (var i = 0; i < 40; i++) {
      assertTrue(stored(KEY + "plain-" + i).startsWith("k8s:enc:aesgcm:v1:new:"));
    }
    var after = send(200, "GET", SECRETS + "/plain-7", "");
    assertEquals("u-plain-7", after.at("/metadata/uid").asString());
    assertTrue(after.at("/metadata/managedFields").isMissingNode(), after.toString());
    // What lies as it would be written now is left alone.
    assertEquals(today, send(200, "GET", SECRETS + "/today", ""));
  }

  private static String definition(String storage) {
    var versions = new ArrayList<String>();
    for (var name : new String[] {"v1", "v2"}) {
      versions.add(
          ("{'name':'%s','served':true,'storage':%s,'schema':{'openAPIV3Schema':{'type':'object',"
                  + "'x-kubernetes-preserve-unknown-fields':true}}}")
              .formatted(name, name.equals(storage)));
    }
    return "{'metadata':{'name':'pandas.bears.example'},'spec':{'group':'bears.example',"
        + "'scope':'Namespaced','names':{'plural':'pandas','kind':'Panda'},'versions':["
        + String.join(",", versions)
        + "]}}";
  }

  @Test
  void customObjectsAreStoredInTheVersionOfToday() throws Exception {
    // The migration waits for its resource to come.
    migrate("early", "bears.example", "pandas");
    send(201, "POST", DEFINITIONS, definition("v1"));
    var path = DEFINITIONS + "/pandas.bears.example";
    await(path, one -> condition(one, "Established").startsWith("True"));
    assertEquals(SUCCESS, condition(awaitEnd("early"), "Succeeded"));
    var pandas = "/apis/bears.example/v1/namespaces/default/pandas";
    var panda = "{'apiVersion':'bears.example/v1','kind':'Panda','metadata':{'name':'po'},'age':7}";
    send(201, "POST", pandas, panda);
    var key = "/registry/bears.example/pandas/default/po";
    assertTrue(stored(key).startsWith("{\"apiVersion\":\"bears.example/v1\""));

    var changed = send(200, "PATCH", path, definition("v2"), MERGE);
    assertEquals("[\"v1\",\"v2\"]", changed.at("/status/storedVersions").toString());
    migrate("bears", "bears.example", "pandas");
    var done = awaitEnd("bears");
    assertEquals(SUCCESS, condition(done, "Succeeded"));
    assertTrue(stored(key).startsWith("{\"apiVersion\":\"bears.example/v2\""), stored(key));
    assertEquals(7, send(200, "GET", pandas + "/po", "").path("age").asInt());
    var after = send(200, "GET", path, "");
    assertEquals("[\"v2\"]", after.at("/status/storedVersions").toString());
    assertEquals(
        "False MigrationSucceeded: The migration has succeeded and the stored versions have been"
            + " updated",
        condition(after, "StorageMigrating"));
  }

  @Test
  void migrationsOfOneResourceComeOneAfterTheOther() throws Exception {
    plain("db");
    for (var i = 0; i < 5; i++) {
      migrate("m" + i, "", "secrets");
    }
    var before = 0L;
    for (var i = 0; i < 5; i++) {
      var done = awaitEnd("m" + i);
      assertEquals(SUCCESS, condition(done, "Succeeded"));
      var version = Long.parseLong(done.at("/status/resourceVersion").asString());
      assertTrue(version > before);
      before = version;
    }
  }

  @Test
  void whatCannotBeReadIsToldAndTriedAgain() throws Exception {
    plain("db");
    put("broken", "k8s:enc:aesgcm:v1:old:nonsense".getBytes(StandardCharsets.UTF_8));
    migrate("keys", "", "secrets");
    await(
        MIGRATIONS + "/keys",
        one ->
            condition(one, "Running")
                .equals(
                    "True MigrationRunning: The migration is running; transient error:"
                        + " Internal error occurred: unable to transform key \""
                        + KEY
                        + "broken\": no matching key was found for the provided AES transformer"));
    plain("broken");
    assertEquals(SUCCESS, condition(awaitEnd("keys"), "Succeeded"));
    assertTrue(stored(KEY + "broken").startsWith("k8s:enc:"));
  }

  @Test
  void whatIsNotStoredFails() throws Exception {
    migrate("reviews", "authentication.k8s.io", "tokenreviews");
    var failed = await(MIGRATIONS + "/reviews", one -> !condition(one, "Failed").isEmpty());
    assertEquals(
        "True StorageVersionMigrationFailed: resource \"authentication.k8s.io/v1,"
            + " Resource=tokenreviews\" does not support discovery operations: [update patch list]",
        condition(failed, "Failed"));
    awaitEnd("reviews");
  }
}
