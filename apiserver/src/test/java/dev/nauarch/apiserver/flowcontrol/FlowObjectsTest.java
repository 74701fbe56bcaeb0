package dev.nauarch.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.SecureCluster.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The flow schemas and priority levels that every cluster has, over HTTPS. */
class FlowObjectsTest {

  private static final String GROUP = "/apis/flowcontrol.apiserver.k8s.io/v1/";
  private static final String SCHEMAS = GROUP + "flowschemas";
  private static final String LEVELS = GROUP + "prioritylevelconfigurations";
  private static final String AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec";

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

  @Test
  void everyClusterHasThem() throws Exception {
    assertEquals(
        List.of(
            "catch-all",
            "exempt",
            "global-default",
            "leader-election",
            "node-high",
            "system",
            "workload-high",
            "workload-low"),
        names(LEVELS));
    assertTrue(
        names(SCHEMAS)
            .containsAll(
                List.of(
                    "catch-all",
                    "exempt",
                    "global-default",
                    "kube-controller-manager",
                    "kube-scheduler",
                    "kube-system-service-accounts",
                    "probes",
                    "service-accounts",
                    "system-leader-election",
                    "system-node-high",
                    "system-nodes")));
    var nodes =
        cluster.admin().await(SCHEMAS + "/system-node-high", is("/status/conditions/0/status"));
    assertEquals("False", nodes.at("/status/conditions/0/status").asString());
    assertEquals(1, nodes.at("/metadata/generation").asInt());
    assertEquals(
        "[{\"verbs\":[\"*\"],\"apiGroups\":[\"\"],\"resources\":[\"nodes\",\"nodes/status\"],"
            + "\"clusterScope\":true,\"namespaces\":[\"*\"]},"
            + "{\"verbs\":[\"*\"],\"apiGroups\":[\"coordination.k8s.io\"],"
            + "\"resources\":[\"leases\"],\"namespaces\":[\"*\"]}]",
        nodes.at("/spec/rules/0/resourceRules").toString());
  }

  @Test
  void whatMustBeThereComesBackAndCanNotBeChanged() throws Exception {
    var admin = cluster.admin();
    for (var path : List.of(SCHEMAS + "/catch-all", LEVELS + "/catch-all")) {
      var before = admin.get(path).body().at("/metadata/uid").asString();
      assertEquals(200, admin.delete(path).code());
      admin.await(path, answer -> answer.code() == 200 && !uid(answer).equals(before));
      admin.send("PATCH", path, "{'metadata':{'annotations':{'" + AUTOUPDATE + "':'false'}}}");
      admin.await(path, answer -> isKept(answer).equals("true"));
    }
    var refused =
        admin.send("PATCH", LEVELS + "/catch-all", "{'spec':{'limited':{'lendablePercent':5}}}");
    assertEquals(422, refused.code());
    assertTrue(
        refused.message().endsWith("spec of 'catch-all' must equal the fixed value"),
        refused.message());
    var other = admin.send("PATCH", SCHEMAS + "/exempt", "{'spec':{'matchingPrecedence':2}}");
    assertTrue(
        other.message().endsWith("spec of 'exempt' must equal the fixed value"), other.message());
    var type = admin.send("PATCH", LEVELS + "/exempt", "{'spec':{'type':'Limited'}}");
    assertTrue(
        type.message()
            .contains("spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"),
        type.message());
    var sized =
        admin.send(
            "PATCH", LEVELS + "/exempt", "{'spec':{'exempt':{'nominalConcurrencyShares':7}}}");
    assertEquals(200, sized.code(), sized.text());
    // The chore has seen the change by the time that it has put another object right.
    admin.send(
        "PATCH", LEVELS + "/exempt", "{'metadata':{'annotations':{'" + AUTOUPDATE + "':null}}}");
    var kept = admin.await(LEVELS + "/exempt", answer -> isKept(answer).equals("true"));
    assertEquals(7, kept.at("/spec/exempt/nominalConcurrencyShares").asInt());
  }

  @Test
  void whatIsSuggestedStaysAsSomebodyWantsIt() throws Exception {
    var admin = cluster.admin();
    var path = LEVELS + "/workload-low";
    admin.send("PATCH", path, "{'spec':{'limited':{'nominalConcurrencyShares':1}}}");
    admin.await(path, answer -> shares(answer) == 100);
    admin.send(
        "PATCH",
        path,
        "{'metadata':{'annotations':{'"
            + AUTOUPDATE
            + "':'false'}},'spec':{'limited':{'nominalConcurrencyShares':1}}}");
    // Without a word of the annotation, the generation tells that somebody changed it.
    admin.send("PATCH", path, "{'metadata':{'annotations':null}}");
    var said = admin.await(path, answer -> isKept(answer).equals("false"));
    assertEquals(1, said.at("/spec/limited/nominalConcurrencyShares").asInt());
    assertEquals(200, admin.delete(path).code());
    admin.await(path, answer -> answer.code() == 200 && shares(answer) == 100);
  }

  @Test
  void aSchemaSaysWhetherItsLevelIsThere() throws Exception {
    var admin = cluster.admin();
    admin.create(
        SCHEMAS,
        "{'metadata':{'name':'lost'},'spec':{'priorityLevelConfiguration':{'name':'nowhere'}}}");
    var lost = admin.await(SCHEMAS + "/lost", is("/status/conditions/0/status"));
    assertEquals("Dangling", lost.at("/status/conditions/0/type").asString());
    assertEquals("True", lost.at("/status/conditions/0/status").asString());
    assertEquals("NotFound", lost.at("/status/conditions/0/reason").asString());
    assertEquals(
        "This FlowSchema references the PriorityLevelConfiguration object named \"nowhere\" but"
            + " there is no such object",
        lost.at("/status/conditions/0/message").asString());
    var level = "{'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Reject'}}}";
    admin.create(LEVELS, level + ",'metadata':{'name':'nowhere'}}");
    admin.await(SCHEMAS + "/lost", answer -> dangling(answer).equals("False"));
    assertEquals(200, admin.delete(LEVELS + "/nowhere").code());
    admin.await(SCHEMAS + "/lost", answer -> dangling(answer).equals("True"));
    var table =
        admin
            .with("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .get(SCHEMAS + "/lost")
            .body();
    assertEquals("\"nowhere\",1000,\"<none>\"", cells(table, 1, 4));
    assertEquals("\"True\"", cells(table, 5, 6));
  }

  private static String cells(ObjectNode table, int from, int to) {
    var cells = new ArrayList<String>();
    table.at("/rows/0/cells").forEach(cell -> cells.add(cell.toString()));
    return String.join(",", cells.subList(from, to));
  }

  private static List<String> names(String path) throws Exception {
    var names = new ArrayList<String>();
    for (var item : cluster.admin().get(path).body().path("items")) {
      if (item.at("/metadata/annotations").has(AUTOUPDATE)) {
        names.add(item.at("/metadata/name").asString());
      }
    }
    return names;
  }

  private static Predicate<Answer> is(String pointer) {
    return answer -> !answer.body().at(pointer).isMissingNode();
  }

  private static String uid(Answer answer) {
    return answer.body().at("/metadata/uid").asString("");
  }

  private static String isKept(Answer answer) {
    return answer.body().path("metadata").path("annotations").path(AUTOUPDATE).asString("");
  }

  private static int shares(Answer answer) {
    return answer.body().at("/spec/limited/nominalConcurrencyShares").asInt(-1);
  }

  private static String dangling(Answer answer) {
    return answer.body().at("/status/conditions/0/status").asString("");
  }
}
