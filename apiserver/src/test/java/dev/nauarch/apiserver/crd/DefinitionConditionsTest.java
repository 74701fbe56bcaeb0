package dev.nauarch.apiserver.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.SecureCluster.Answer;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the conditions of CustomResourceDefinitions say, and when. */
class DefinitionConditionsTest {

  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String ACCEPTED = "True NoConflicts no conflicts found";

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static SecureCluster cluster;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    cluster = SecureCluster.start(directory);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          https://example.com/pull/1 | True ApprovedAnnotation approved in https://example.com/pull/1
          unapproved, for a test | False UnapprovedAnnotation not approved: "unapproved, for a test"
          """)
  void groupsOfKubernetesSayWhoApprovedThem(String annotation, String condition) throws Exception {
    var type = "KubernetesAPIApprovalPolicyConformant";
    define("notes", "notes.k8s.io", "'kind':'Note'", "{'api-approved.kubernetes.io':'unapproved'}");
    await("notes.notes.k8s.io", type, "False UnapprovedAnnotation not approved: \"unapproved\"");
    cluster
        .admin()
        .send(
            "PATCH",
            DEFINITIONS + "/notes.notes.k8s.io",
            "{'metadata':{'annotations':{'api-approved.kubernetes.io':'%s'}}}"
                .formatted(annotation));
    await("notes.notes.k8s.io", type, condition);
    await("notes.notes.k8s.io", "NamesAccepted", ACCEPTED);
    remove("notes.notes.k8s.io");
    define("plain", "conditions.example.com", "'kind':'Plain'", "{}");
    await(
        "plain.conditions.example.com",
        "Established",
        "True InitialNamesAccepted the initial names have been accepted");
    assertEquals("", condition(get("plain.conditions.example.com"), type));
    remove("plain.conditions.example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cc | 'kind':'X' | PluralConflict "cc" is already in use
          xs | 'kind':'X','singular':'claim' | SingularConflict "claim" is already in use
          xs | 'kind':'X','shortNames':['cc','free','cd'] | ShortNamesConflict ["cc" is already in use, "cd" is already in use]
          xs | 'kind':'Claim','singular':'x','listKind':'XList' | KindConflict "Claim" is already in use
          xs | 'kind':'X','listKind':'ClaimList' | ListKindConflict "ClaimList" is already in use
          xs | 'kind':'Claim','singular':'claim' | ListKindConflict "ClaimList" is already in use
          """)
  void namesAreAcceptedWhenTheirHolderGoes(String plural, String names, String conflict)
      throws Exception {
    var group = "names.example.com";
    define("claims", group, "'kind':'Claim','shortNames':['cc','cd']", "{}");
    await("claims." + group, "NamesAccepted", ACCEPTED);
    define(plural, group, names, "{}");
    var name = plural + "." + group;
    await(name, "NamesAccepted", "False " + conflict);
    var status = get(name).body().path("status");
    assertEquals(
        conflict.startsWith("Plural") ? "" : plural,
        status.path("acceptedNames").path("plural").stringValue());
    assertEquals(
        names.contains("'kind':'Claim'") ? "" : "X",
        status.path("acceptedNames").path("kind").stringValue());
    assertEquals(
        "False NotAccepted not all names are accepted", condition(get(name), "Established"));
    assertEquals(404, cluster.admin().get("/apis/" + group + "/v1/" + plural).code());
    remove("claims." + group);
    await(name, "NamesAccepted", ACCEPTED);
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    assertEquals(200, cluster.admin().get("/apis/" + group + "/v1/" + plural).code());
    remove(name);
  }

  @Test
  void aDefinitionSaysHowItEnds() throws Exception {
    var name = "leaving.conditions.example.com";
    define("leaving", "conditions.example.com", "'kind':'Leaving'", "{}");
    var things = "/apis/conditions.example.com/v1/leaving";
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    var held =
        "{'apiVersion':'conditions.example.com/v1','kind':'Leaving','metadata':{'name':'held',"
            + "'finalizers':['example.com/held']}}";
    cluster.admin().create(things, held);
    keep(name);
    cluster.admin().delete(DEFINITIONS + "/" + name);
    var isGoingOn = "True InstanceDeletionInProgress CustomResource deletion is in progress";
    await(name, "Terminating", isGoingOn);
    assertEquals(
        "leaving.conditions.example.com \"new\" is forbidden: create not allowed while custom"
            + " resource definition is terminating",
        cluster.admin().send("POST", things, held.replace("held'", "new'")).message());
    cluster.admin().send("PATCH", things + "/held", "{'metadata':{'finalizers':null}}");
    await(name, "Terminating", "False InstanceDeletionCompleted removed all instances");
    var metadata = get(name).body().path("metadata");
    assertEquals("[\"example.com/kept\"]", metadata.path("finalizers").toString());
    cluster.admin().send("PATCH", DEFINITIONS + "/" + name, "{'metadata':{'finalizers':null}}");
    assertEquals(404, get(name).code());
  }

  @Test
  void aDefinitionThatNeverWasServedEndsAtOnce() throws Exception {
    var group = "never.example.com";
    define("firsts", group, "'kind':'First'", "{}");
    await("firsts." + group, "NamesAccepted", ACCEPTED);
    define("seconds", group, "'kind':'First','singular':'second'", "{}");
    await("seconds." + group, "Established", "False NotAccepted not all names are accepted");
    keep("seconds." + group);
    cluster.admin().delete(DEFINITIONS + "/seconds." + group);
    await(
        "seconds." + group, "Terminating", "False NeverEstablished resource was never established");
  }

  @Test
  void objectsOfAVersionThatIsNotServedGoToo() throws Exception {
    var name = "hidden.conditions.example.com";
    define("hidden", "conditions.example.com", "'kind':'Hidden'", "{}");
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    var things = "/apis/conditions.example.com/v1/hidden";
    var thing =
        "{'apiVersion':'conditions.example.com/v1','kind':'Hidden','metadata':{'name':'a'}}";
    cluster.admin().create(things, thing);
    var definition = get(name).body();
    ((tools.jackson.databind.node.ObjectNode) definition.at("/spec/versions/0"))
        .put("served", false);
    cluster.admin().send("PUT", DEFINITIONS + "/" + name, definition.toString().replace('"', '\''));
    cluster.admin().await(things, answer -> answer.code() == 404);
    remove(name);
    define("hidden", "conditions.example.com", "'kind':'Hidden'", "{}");
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    assertEquals(0, cluster.admin().get(things).body().path("items").size());
    remove(name);
  }

  @Test
  void objectsThatCanNotBeReadKeepTheirDefinition() throws Exception {
    var name = "stuck.conditions.example.com";
    define("stuck", "conditions.example.com", "'kind':'Stuck'", "{}");
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    cluster
        .admin()
        .create(
            "/apis/conditions.example.com/v1/stuck",
            "{'apiVersion':'conditions.example.com/v1','kind':'Stuck','metadata':{'name':'a'}}");
    var definition = get(name).body();
    var versions = (tools.jackson.databind.node.ArrayNode) definition.at("/spec/versions");
    var second = versions.get(0).deepCopy();
    ((tools.jackson.databind.node.ObjectNode) versions.get(0)).put("storage", false);
    versions.add(((tools.jackson.databind.node.ObjectNode) second).put("name", "v2"));
    ((tools.jackson.databind.node.ObjectNode) definition.path("spec"))
        .set(
            "conversion",
            MemoryView.tree(
                "{'strategy':'Webhook','webhook':{'conversionReviewVersions':['v1'],'clientConfig':"
                    + "{'url':'https://127.0.0.1:1/'}}}"));
    var changed =
        cluster
            .admin()
            .send("PUT", DEFINITIONS + "/" + name, definition.toString(), "application/json");
    assertEquals(200, changed.code(), changed.text());
    cluster.admin().delete(DEFINITIONS + "/" + name);
    cluster
        .admin()
        .await(
            DEFINITIONS + "/" + name,
            answer ->
                condition(answer, "Terminating")
                    .startsWith("True InstanceDeletionFailed could not list instances: "));
    cluster
        .admin()
        .send(
            "PATCH",
            DEFINITIONS + "/" + name,
            "{'spec':{'conversion':{'strategy':'None','webhook':null}}}");
    cluster.admin().await(DEFINITIONS + "/" + name, answer -> answer.code() == 404);
  }

  @Test
  void aDefinitionWhoseWebhookNobodyCanBelieveIsNotServed() throws Exception {
    var name = "doubted.conditions.example.com";
    var definition = definition("doubted", "conditions.example.com", "'kind':'Doubted'", "{}");
    var conversion =
        "'conversion':{'strategy':'Webhook','webhook':{'conversionReviewVersions':['v1'],"
            + "'clientConfig':{'url':'https://127.0.0.1:1/','caBundle':'%s'}}},'names'";
    cluster
        .admin()
        .create(DEFINITIONS, definition.replace("'names'", conversion.formatted("bm9uZQ==")));
    await(name, "Established", "False InvalidCABundle The conversion webhook CABundle is invalid");
    await(name, "NamesAccepted", ACCEPTED);
    assertEquals(404, cluster.admin().get("/apis/conditions.example.com/v1/doubted").code());
    cluster
        .admin()
        .send(
            "PATCH",
            DEFINITIONS + "/" + name,
            "{'spec':{'conversion':{'strategy':'None','webhook':null}}}");
    await(name, "Established", "True InitialNamesAccepted the initial names have been accepted");
    assertEquals(200, cluster.admin().get("/apis/conditions.example.com/v1/doubted").code());
    remove(name);
  }

  @Test
  void objectsThatTakeAMinuteToGoAreMissed() {
    var definition =
        MemoryView.tree("{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'status':{}}");
    var soon = DefinitionEnd.inProgress(definition, Instant.parse("2026-01-01T00:01:00Z"));
    assertEquals(
        "InstanceDeletionInProgress", Json.text(soon.at("/status/conditions/0"), "reason"));
    var later = DefinitionEnd.inProgress(definition, Instant.parse("2026-01-01T00:01:01Z"));
    assertEquals("InstanceDeletionCheck", Json.text(later.at("/status/conditions/0"), "reason"));
  }

  private static String definition(String plural, String group, String names, String annotations) {
    return """
    {'metadata':{'name':'%s.%s','annotations':%s},'spec':{'group':'%s','scope':'Cluster',
     'names':{'plural':'%s',%s},'versions':[{'name':'v1','served':true,'storage':true,
     'schema':{'openAPIV3Schema':{'type':'object'}}}]}}
    """
        .formatted(plural, group, annotations, group, plural, names);
  }

  private static void define(String plural, String group, String names, String annotations)
      throws Exception {
    cluster.admin().create(DEFINITIONS, definition(plural, group, names, annotations));
  }

  private static void keep(String name) throws Exception {
    cluster
        .admin()
        .send(
            "PATCH", DEFINITIONS + "/" + name, "{'metadata':{'finalizers':['example.com/kept']}}");
  }

  private static void remove(String name) throws Exception {
    cluster.admin().delete(DEFINITIONS + "/" + name);
    cluster.admin().await(DEFINITIONS + "/" + name, answer -> answer.code() == 404);
  }

  private static Answer get(String name) throws Exception {
    return cluster.admin().get(DEFINITIONS + "/" + name);
  }

  private static void await(String name, String type, String condition) throws Exception {
    cluster
        .admin()
        .await(DEFINITIONS + "/" + name, answer -> condition(answer, type).equals(condition));
  }

  private static String condition(Answer answer, String type) {
    for (var condition : answer.body().path("status").path("conditions")) {
      if (Json.text(condition, "type").equals(type)) {
        return "%s %s %s"
            .formatted(
                Json.text(condition, "status"),
                Json.text(condition, "reason"),
                Json.text(condition, "message"));
      }
    }
    return "";
  }
}
