package dev.nauarch.apiserver.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Roles, reviews and impersonation, over HTTPS. */
class AccessTest {

  private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
  private static final String BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  private static final String SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

  @TempDir private static Path directory;
  private static SecureCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SecureCluster.start(directory);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void anAggregatedRoleShowsWhatItCollects() throws Exception {
    var admin = cluster.admin();
    admin.await(
        ROLES + "/view", answer -> answer.body().path("rules").toString().contains("\"pods\""));
    admin.create(
        ROLES,
        "{'metadata':{'name':'crontab-viewer','labels':{"
            + "'rbac.authorization.k8s.io/aggregate-to-view':'true'}},'rules':[{'apiGroups':"
            + "['stable.example.com'],'resources':['crontabs'],'verbs':['get']}]}");
    for (var name : new String[] {"view", "edit", "admin"}) {
      admin.await(ROLES + "/" + name, answer -> answer.text().contains("crontabs"));
    }
    assertEquals(200, admin.delete(ROLES + "/crontab-viewer").code());
    admin.await(ROLES + "/admin", answer -> !answer.text().contains("crontabs"));
    // What somebody writes into it is taken away again.
    admin.send(
        "PATCH",
        ROLES + "/view",
        "{'rules':[{'apiGroups':['*'],'resources':['*'],'verbs':['*']}]}");
    admin.await(ROLES + "/view", answer -> answer.text().contains("\"pods\""));
  }

  @Test
  void nobodyGivesWhatTheyDoNotHave() throws Exception {
    var admin = cluster.admin();
    admin.create(
        ROLES,
        "{'metadata':{'name':'granter'},'rules':[{'apiGroups':['rbac.authorization.k8s.io'],"
            + "'resources':['clusterroles','clusterrolebindings'],'verbs':['create','update']},"
            + "{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}");
    bind("granter", "eve");
    var eve = cluster.user("eve");
    var give =
        "{'metadata':{'name':'%s'},'rules':[{'apiGroups':[''],'resources':['%s'],'verbs':['get']}]}";
    assertEquals(201, eve.send("POST", ROLES, give.formatted("a", "pods")).code());
    var refused = eve.send("POST", ROLES, give.formatted("b", "secrets"));
    assertEquals(403, refused.code());
    assertTrue(
        refused.message().contains("is attempting to grant RBAC permissions not currently held"),
        refused.message());
    var binding =
        "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
            + "'ClusterRole','name':'%s'},'subjects':[{'kind':'User','name':'eve'}]}";
    assertEquals(403, eve.send("POST", BINDINGS, binding.formatted("cluster-admin")).code());
    assertEquals(201, eve.send("POST", BINDINGS, binding.formatted("a")).code());
  }

  @Test
  void rolesWithNamesReachListsThatAreBoundedToThem() throws Exception {
    cluster
        .admin()
        .create(
            ROLES,
            "{'metadata':{'name':'one'},'rules':[{'apiGroups':[''],'resources':"
                + "['configmaps'],'resourceNames':['mine'],'verbs':['list','watch']}]}");
    bind("one", "ann");
    var ann = cluster.user("ann");
    var maps = "/api/v1/namespaces/default/configmaps";
    assertEquals(200, ann.get(maps + "?fieldSelector=metadata.name=mine").code());
    assertEquals(403, ann.get(maps + "?fieldSelector=metadata.name=other").code());
    assertEquals(403, ann.get(maps).code());
  }

  @Test
  void reviewsSeeFieldSelectors() throws Exception {
    var asked =
        "{'spec':{'user':'system:node:n1','groups':['system:nodes'],'resourceAttributes':{'verb':'list',"
            + "'resource':'pods','version':'v1','fieldSelector':{'requirements':[{'key':'spec.nodeName',"
            + "'operator':'In','values':['%s']}]}}}}";
    assertTrue(review(asked.formatted("n1")).path("allowed").asBoolean());
    assertFalse(review(asked.formatted("n2")).path("allowed").asBoolean());
    var raw =
        asked.replace(
            "'requirements':[{'key':'spec.nodeName','operator':'In','values':['%s']}]",
            "'rawSelector':'spec.nodeName=n1'");
    assertTrue(review(raw).path("allowed").asBoolean());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "at least one of user or group | {'spec':{'resourceAttributes':{'verb':'get','resource':'pods'}}}",
        "exactly one of nonResourceAttributes | {'spec':{'user':'u'}}",
        "cannot be specified in combination | {'spec':{'user':'u','resourceAttributes':{},'nonResourceAttributes':{}}}",
        "requirements or rawSelector is required | {'spec':{'user':'u','resourceAttributes':{'fieldSelector':{}}}}",
        "may not specified at the same time | {'spec':{'user':'u','resourceAttributes':{'labelSelector':{'rawSelector':'a','requirements':[{'key':'a','operator':'Exists'}]}}}}",
        "must be specified when | {'spec':{'user':'u','resourceAttributes':{'fieldSelector':{'requirements':[{'key':'a','operator':'In'}]}}}}",
        "may not be specified when | {'spec':{'user':'u','resourceAttributes':{'fieldSelector':{'requirements':[{'key':'a','operator':'Exists','values':['b']}]}}}}"
      })
  void badReviewsAreRefused(String why, String review) throws Exception {
    var answer = cluster.admin().send("POST", REVIEWS, review);
    assertEquals(422, answer.code(), answer.text());
    assertTrue(answer.message().contains(why), answer.message());
  }

  @Test
  void impersonationIsARightOnEachPart() throws Exception {
    var admin = cluster.admin();
    admin.create(
        ROLES,
        "{'metadata':{'name':'actor'},'rules':[{'apiGroups':[''],'resources':['users'],"
            + "'resourceNames':['jane'],'verbs':['impersonate']},{'apiGroups':['authentication.k8s.io'],"
            + "'resources':['userextras/scopes'],'resourceNames':['view'],'verbs':['impersonate']}]}");
    bind("actor", "eve");
    var eve = cluster.user("eve");
    var jane = eve.with("Impersonate-User", "jane");
    assertEquals(201, jane.send("POST", SELF, "{}").code());
    assertEquals(
        201, jane.with("Impersonate-Extra-scopes", "view").send("POST", SELF, "{}").code());
    assertEquals(
        403, jane.with("Impersonate-Extra-scopes", "edit").send("POST", SELF, "{}").code());
    assertEquals(403, jane.with("Impersonate-Uid", "7").send("POST", SELF, "{}").code());
    assertEquals(
        403, jane.with("Impersonate-Group", "system:masters").send("POST", SELF, "{}").code());
    assertEquals(403, eve.with("Impersonate-User", "root").send("POST", SELF, "{}").code());
    assertEquals(
        403,
        eve.with("Impersonate-User", "system:serviceaccount:a:b").send("POST", SELF, "{}").code());
    var all =
        admin
            .with(
                "Impersonate-User",
                "jane",
                "Impersonate-Uid",
                "7",
                "Impersonate-Group",
                "g",
                "Impersonate-Extra-Scopes",
                "x")
            .create(SELF, "{}")
            .path("status")
            .path("userInfo");
    assertEquals(
        "{\"username\":\"jane\",\"uid\":\"7\",\"groups\":[\"g\",\"system:authenticated\"],"
            + "\"extra\":{\"scopes\":[\"x\"]}}",
        all.toString());
  }

  private static JsonNode review(String body) throws Exception {
    return cluster.admin().create(REVIEWS, body).path("status");
  }

  private static void bind(String role, String user) throws Exception {
    cluster
        .admin()
        .create(
            BINDINGS,
            "{'metadata':{'name':'"
                + role
                + "'},'roleRef':{'apiGroup':"
                + "'rbac.authorization.k8s.io','kind':'ClusterRole','name':'"
                + role
                + "'},'subjects':[{'kind':"
                + "'User','name':'"
                + user
                + "'}]}");
    cluster.admin().await(BINDINGS + "/" + role, answer -> answer.code() == 200);
  }
}
