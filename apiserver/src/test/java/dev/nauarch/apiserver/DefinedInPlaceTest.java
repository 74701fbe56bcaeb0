package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Definitions of kinds that are built in. */
class DefinedInPlaceTest {

  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String SETS = "/apis/jobset.x-k8s.io/v1alpha2/namespaces/default/jobsets";
  private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";

  /** What the rules of our own JobSet refuse: a volume is mounted that is nowhere. */
  private static final String SET =
      """
      {"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet","metadata":{"name":"a"},
       "spec":{"anything":1,"replicatedJobs":[{"name":"w","template":{"spec":{"template":{"spec":{
        "restartPolicy":"Never",
        "containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]
        }}}}}]}}
      """;

  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.startCluster(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aDefinitionTakesTheKindOfAnotherProjectOver() throws Exception {
    assertEquals(422, send("POST", SETS, SET, 0).path("code").asInt(0));
    define("jobset.x-k8s.io", "v1alpha2", "jobsets", "JobSet");
    var made = send("POST", SETS, SET, 0);
    var sent = Json.parse(SET.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    assertEquals(sent.path("spec"), made.path("spec"));

    send("DELETE", DEFINITIONS + "/jobsets.jobset.x-k8s.io", "", 200);
    await(SETS + "?dryRun=All", 422);
    var left = send("GET", SETS, "", 200);
    assertEquals(0, left.path("items").size(), left::toString);
  }

  @Test
  void aVersionThatItLacksIsGone() throws Exception {
    define("jobset.x-k8s.io", "v1beta9", "jobsets", "JobSet");
    send("GET", SETS, "", 404);
    send("GET", SETS.replace("v1alpha2", "v1beta9"), "", 200);
  }

  @Test
  void aKindOfKubernetesStays() throws Exception {
    define("rbac.authorization.k8s.io", "v1", "roles", "Role");
    var role = "{'metadata':{'name':'a'},'rules':[{'verbs':[]}]}".replace('\'', '"');
    assertEquals(422, send("POST", ROLES, role, 0).path("code").asInt(0));
  }

  private void define(String group, String version, String plural, String kind) throws Exception {
    var definition =
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"PLURAL.GROUP",
          "annotations":{"api-approved.kubernetes.io":"unapproved, for a test"}},
         "spec":{"group":"GROUP","scope":"Namespaced","names":{"plural":"PLURAL","kind":"KIND"},
          "versions":[{"name":"VERSION","served":true,"storage":true,
           "schema":{"openAPIV3Schema":{"type":"object",
            "x-kubernetes-preserve-unknown-fields":true}}}]}}
        """
            .replace("PLURAL", plural)
            .replace("GROUP", group)
            .replace("VERSION", version)
            .replace("KIND", kind);
    send("POST", DEFINITIONS, definition, 201);
    var deadline = System.nanoTime() + 10_000_000_000L;
    var path = DEFINITIONS + "/" + plural + "." + group;
    while (!send("GET", path, "", 200).path("status").toString().contains("Established")) {
      assertTrue(System.nanoTime() < deadline);
    }
  }

  /** Posts the set until the answer is this. */
  private void await(String path, int status) throws Exception {
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (send("POST", path, SET, 0).path("code").asInt(0) != status) {
      assertFalse(System.nanoTime() > deadline);
    }
  }

  /**
   * Sends a request.
   *
   * @param status what must be answered; 0 for anything
   */
  private ObjectNode send(String method, String path, String body, int status) throws Exception {
    var answer = server.send(method, path, body, "Content-Type", "application/json");
    if (status != 0) {
      assertEquals(status, answer.statusCode(), answer.body());
    }
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
