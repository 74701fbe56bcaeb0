package dev.nauarch.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.Awaiting;
import dev.nauarch.apiserver.SecureCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The audit log of an API server, over HTTPS. */
class AuditTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  @TempDir private Path directory;
  private @Nullable AuditedCluster audited;

  @AfterEach
  void stop() {
    if (audited != null) {
      audited.close();
    }
  }

  @Test
  void eachLevelKeepsWhatItSays() throws Exception {
    var running =
        start(
            """
            omitStages: [RequestReceived]
            rules:
            - {level: None, users: [system:apiserver]}
            - {level: None, nonResourceURLs: ["/livez*"]}
            - {level: Metadata, resources: [{group: "", resources: [secrets]}]}
            - {level: Request, verbs: [create], resources: [{group: "", resources: [configmaps]}], omitManagedFields: true}
            - {level: RequestResponse, verbs: [patch, get], resources: [{group: "", resources: [configmaps]}], omitManagedFields: true}
            - {level: Metadata, userGroups: [readers]}
            """,
            AuditOptions.BYTES_MAX);
    var admin = running.admin();
    admin.get("/livez");
    admin.create(
        "/api/v1/namespaces/default/secrets",
        "{'metadata':{'name':'s'},'stringData':{'k':'hidden'}}");
    admin.with("User-Agent", "tester/1").create(MAPS, "{'metadata':{'name':'m'},'data':{'a':'b'}}");
    admin.send("PATCH", MAPS + "/m", "{'data':{'c':'d'}}");
    admin.get(MAPS + "/none");
    running.user("jane", "readers").get(MAPS);
    var last = await(event -> event.path("user").path("username").asString().equals("jane"));
    assertEquals(
        "forbid", last.path("annotations").path("authorization.k8s.io/decision").asString());
    assertEquals(403, last.path("responseStatus").path("code").asInt());
    assertEquals("Forbidden", last.path("responseStatus").path("reason").asString());
    assertFalse(text().contains("/livez"));
    assertFalse(text().contains("aGlkZGVu") || text().contains("hidden"));
    assertFalse(text().contains("managedFields"));
    assertFalse(text().contains("RequestReceived"));

    checkBodies();
  }

  private void checkBodies() throws Exception {
    var created = await(event -> event.path("userAgent").asString("").equals("tester/1"));
    assertEquals("audit.k8s.io/v1", created.path("apiVersion").asString());
    assertEquals("Request", created.path("level").asString());
    assertEquals("ResponseComplete", created.path("stage").asString());
    assertEquals("create", created.path("verb").asString());
    assertEquals("kubernetes-admin", created.path("user").path("username").asString());
    assertEquals("[\"127.0.0.1\"]", created.path("sourceIPs").toString());
    assertEquals(
        "{\"resource\":\"configmaps\",\"namespace\":\"default\",\"name\":\"m\",\"apiVersion\":\"v1\"}",
        created.path("objectRef").toString());
    assertEquals("b", created.path("requestObject").path("data").path("a").asString());
    assertFalse(created.has("responseObject"));
    assertEquals(201, created.path("responseStatus").path("code").asInt());
    assertEquals(
        "allow", created.path("annotations").path("authorization.k8s.io/decision").asString());

    var patched = await(event -> event.path("verb").asString().equals("patch"));
    assertEquals("{\"data\":{\"c\":\"d\"}}", patched.path("requestObject").toString());
    assertEquals("b", patched.path("responseObject").path("data").path("a").asString());
    var missing = await(event -> event.path("requestURI").asString().endsWith("/none"));
    assertEquals("NotFound", missing.path("responseObject").path("reason").asString());
  }

  @Test
  void watchesAndStrangersAndImpersonatorsAreSeen() throws Exception {
    var running = start("rules: [{level: Metadata}]\n", AuditOptions.BYTES_MAX);
    var admin = running.admin();
    assertEquals(200, admin.get(MAPS + "?watch=1&timeoutSeconds=1").code());
    var ended =
        await(
            event ->
                event.path("verb").asString().equals("watch")
                    && stage(event).equals("ResponseComplete"));
    var id = ended.path("auditID");
    var stages =
        audited().events().stream()
            .filter(event -> event.path("auditID").equals(id))
            .map(AuditTest::stage)
            .toList();
    assertEquals(List.of("RequestReceived", "ResponseStarted", "ResponseComplete"), stages);

    running.byToken("nonsense").get(MAPS);
    var refused = await(event -> event.path("responseStatus").path("code").asInt(0) == 401);
    assertEquals("ResponseStarted", stage(refused));
    admin.with("Impersonate-User", "jane", "Audit-ID", "my-own").get(MAPS);
    var impersonated =
        await(
            event ->
                event.path("auditID").asString().equals("my-own") && event.has("responseStatus"));
    assertEquals("kubernetes-admin", impersonated.path("user").path("username").asString());
    assertEquals("jane", impersonated.path("impersonatedUser").path("username").asString());
    running.stranger().with("X-Forwarded-For", "1.2.3.4, 5.6.7.8").get("/version");
    var forwarded = await(event -> event.path("sourceIPs").size() == 3);
    assertEquals("[\"1.2.3.4\",\"5.6.7.8\",\"127.0.0.1\"]", forwarded.path("sourceIPs").toString());
    assertEquals("system:anonymous", forwarded.path("user").path("username").asString());
    var metrics = admin.get("/metrics").text();
    assertTrue(metrics.contains("apiserver_audit_error_total{plugin=\"log\"} 0"), metrics);
  }

  @Test
  void aFullFileIsPutAsideAndOldOnesGo() throws Exception {
    var running = start("rules: [{level: RequestResponse}]\n", 20_000);
    var big = "x".repeat(4000);
    for (int i = 0; i < 30; i++) {
      running.admin().create(MAPS, "{'metadata':{'name':'m" + i + "'},'data':{'a':'" + big + "'}}");
    }
    audited().close();
    audited = null;
    try (var files = Files.list(directory.resolve("log"))) {
      var all = files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
      assertEquals(3, all.size(), all.toString());
      assertTrue(
          all.getFirst().matches("audit-\\d{4}-\\d\\d-\\d\\dT[0-9.-]+\\.log"), all.toString());
      assertEquals("audit.log", all.getLast());
    }
  }

  @Test
  void aDiskThatCantBeWrittenLosesEventsAndSaysSo() throws Exception {
    var folder = directory.resolve("log");
    var running = start("rules: [{level: RequestResponse}]\n", 1);
    // A new file is wanted with each event, and none can be made.
    Files.move(folder, directory.resolve("away"));
    Files.writeString(folder, "no folder");
    for (int i = 0; i < 20; i++) {
      running.admin().create(MAPS, "{'metadata':{'name':'m" + i + "'}}");
    }
    Awaiting.await(
        "nothing is said to be lost",
        () ->
            running
                .admin()
                .get("/metrics")
                .text()
                .matches("(?s).*apiserver_audit_error_total\\{plugin=\"log\"} [1-9].*"));
    Files.delete(folder);
    Files.move(directory.resolve("away"), folder);
    running.admin().create(MAPS, "{'metadata':{'name':'last'}}");
    await(
        event ->
            event.path("requestObject").path("metadata").path("name").asString("").equals("last"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "rules: Required value | rules: []",
        "rules[0].level: Required value | rules: [{}]",
        "rules[0].level: Unsupported value: \"All\" | rules: [{level: All}]",
        "rules[0].nonResourceURLs[0] | rules: [{level: None, nonResourceURLs: [x]}]",
        "must be the final character | rules: [{level: None, nonResourceURLs: [/*/x]}]",
        "rules cannot apply to both | rules: [{level: None, nonResourceURLs: [/x], namespaces:"
            + " [a]}]",
        "requires at least one resource | rules: [{level: None, resources: [{group: a,"
            + " resourceNames: [x]}]}]",
        "allowed stages are | rules: [{level: None, omitStages: [Never]}]",
        "unknown field | rules: [{level: None, user: [x]}]",
        "yaml: | rules: [",
      })
  void aPolicyThatSaysWrongThingsIsRefused(String why, String rules) throws Exception {
    var file = policy(rules + "\n");
    var refusal = assertThrows(IllegalArgumentException.class, () -> AuditPolicy.read(file));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }

  private Path policy(String rules) throws IOException {
    return AuditedCluster.policy(directory, rules);
  }

  private SecureCluster start(String rules, long bytesMax) throws IOException {
    var started = AuditedCluster.start(directory, rules, bytesMax);
    audited = started;
    return started.cluster();
  }

  private AuditedCluster audited() {
    return Objects.requireNonNull(audited);
  }

  private String text() throws IOException {
    return audited().text();
  }

  private static String stage(JsonNode event) {
    return event.path("stage").asString();
  }

  private JsonNode await(Predicate<JsonNode> isWanted) throws Exception {
    return audited().await(isWanted);
  }
}
