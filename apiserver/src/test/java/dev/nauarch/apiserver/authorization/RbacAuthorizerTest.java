package dev.nauarch.apiserver.authorization;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer.Decision;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Rights come from roles and bindings, and nobody can give away more than they have. */
class RbacAuthorizerTest {

  private static final User ANN = User.of("ann", List.of("dev", User.AUTHENTICATED));

  private final MemoryView view = new MemoryView();
  private final RbacAuthorizer authorizer = new RbacAuthorizer(view);

  RbacAuthorizerTest() {
    BootstrapPolicy.objects().forEach(this::put);
  }

  @ParameterizedTest
  @CsvSource({
    "get,    '',   pods,        '',  default, web, true",
    "list,   '',   pods,        '',  default, '',  true",
    "get,    '',   pods,        log, default, web, true",
    "create, '',   pods,        '',  default, web, true",
    "create, '',   pods,        exec,default, web, true",
    "update, '',   pods,        status, default, web, false",
    "get,    '',   secrets,     '',  default, s,   true",
    "get,    '',   pods,        '',  other,   web, false",
    "list,   '',   nodes,       '',  '',      '',  false",
    "create, apps, deployments, scale, default, web, true",
    "create, rbac.authorization.k8s.io, roles, '', default, r, false",
  })
  void theEditRoleGivesItsRightsInItsNamespace(
      String verb,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      boolean isAllowed) {
    bind("default", "edit", "User", "ann");
    var wanted =
        new Attributes(verb, group, "v1", resource, subresource, namespace, name, "", List.of());
    assertEquals(isAllowed, isAllowed(ANN, wanted));
  }

  @Test
  void aggregatedRolesCollectTransitively() {
    bind("default", "admin", "Group", "dev");
    assertTrue(isAllowed(ANN, on("get", "pods", "default")));
    assertTrue(
        isAllowed(
            ANN,
            new Attributes(
                "create",
                "rbac.authorization.k8s.io",
                "v1",
                "roles",
                "",
                "default",
                "",
                "",
                List.of())));
  }

  @Test
  void aNewRoleCountsAtOnce() {
    assertFalse(isAllowed(ANN, on("get", "widgets", "default")));
    var role =
        tree(
            "{'kind':'ClusterRole','metadata':{'name':'w','labels':"
                + "{'rbac.authorization.k8s.io/aggregate-to-view':'true'}},"
                + "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['widgets']}]}");
    bind("default", "view", "User", "ann");
    put(role);
    assertTrue(isAllowed(ANN, on("get", "widgets", "default")));
    view.remove(RoleIndex.GROUP, "clusterroles", "", "w");
    assertFalse(isAllowed(ANN, on("get", "widgets", "default")));
  }

  @Test
  void mastersMayDoEverything() {
    var root = User.of("root", List.of(User.MASTERS));
    assertTrue(isAllowed(root, on("delete", "nodes", "")));
    assertTrue(isAllowed(root, Attributes.ofPath("get", "/metrics")));
  }

  @ParameterizedTest
  @CsvSource({"/healthz,true", "/version,true", "/api,false", "/apis/apps,false", "/metrics,false"})
  void strangersSeeHealthAndVersionOnly(String path, boolean isAllowed) {
    assertEquals(isAllowed, isAllowed(User.ANONYMOUS, Attributes.ofPath("get", path)));
  }

  @ParameterizedTest
  @CsvSource({"/api,true", "/apis/apps/v1,true", "/openapi/v3,true", "/metrics,false"})
  void knownUsersSeeDiscovery(String path, boolean isAllowed) {
    assertEquals(isAllowed, isAllowed(ANN, Attributes.ofPath("get", path)));
  }

  @Test
  void serviceAccountsAreBoundByNameAndNamespace() {
    put(
        tree(
            "{'kind':'RoleBinding','metadata':{'name':'b','namespace':'a'},'roleRef':{'kind':"
                + "'ClusterRole','name':'view'},'subjects':[{'kind':'ServiceAccount','name':'x',"
                + "'namespace':'b'}]}"));
    var account = User.of("system:serviceaccount:b:x", List.of());
    assertTrue(isAllowed(account, on("get", "pods", "a")));
    assertFalse(isAllowed(account, on("get", "pods", "b")));
  }

  @Test
  void aMissingRoleIsNamedInTheRefusal() {
    bind("default", "nothing", "User", "ann");
    var decision =
        assertInstanceOf(
            Decision.Denied.class, authorizer.authorize(ANN, on("get", "pods", "default")));
    assertEquals(
        "RBAC: clusterrole.rbac.authorization.k8s.io \"nothing\" not found", decision.reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "list|''|pods|''|default|''|"
            + "pods is forbidden: User \"ann\" cannot list resource \"pods\" in API group \"\" in"
            + " the namespace \"default\"",
        "get|apps|deployments|scale|x|web|"
            + "deployments.apps \"web\" is forbidden: User \"ann\" cannot get resource"
            + " \"deployments/scale\" in API group \"apps\" in the namespace \"x\"",
        "list|''|nodes|''|''|''|"
            + "nodes is forbidden: User \"ann\" cannot list resource \"nodes\" in API group \"\""
            + " at the cluster scope",
      })
  void refusalsReadAsInKubernetes(
      String verb,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      String message) {
    var wanted =
        new Attributes(
            bare(verb),
            bare(group),
            "v1",
            resource,
            bare(subresource),
            bare(namespace),
            bare(name),
            "",
            List.of());
    assertEquals(message, Forbidden.of(ANN, wanted, "").getMessage());
  }

  @Test
  void refusalsOfPathsReadAsInKubernetes() {
    assertEquals(
        "forbidden: User \"system:anonymous\" cannot get path \"/metrics\"",
        Forbidden.of(User.ANONYMOUS, Attributes.ofPath("get", "/metrics"), "").getMessage());
  }

  @Test
  void nobodyGrantsWhatTheyLack() {
    bind("default", "admin", "User", "ann");
    var check = new EscalationCheck(authorizer);
    check.validate(
        creation("Role", "{'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}"));
    var rules = "{'rules':[{'verbs':['get','drain'],'apiGroups':[''],'resources':['pods']}]}";
    var error = assertThrows(ApiException.class, () -> check.validate(creation("Role", rules)));
    assertEquals(
        "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"ann\" (groups=[\"dev\""
            + " \"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
            + " held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\" \"drain\"]}",
        error.getMessage());
  }

  @Test
  void nobodyBindsARoleThatHasMoreThanThey() {
    bind("default", "admin", "User", "ann");
    var check = new EscalationCheck(authorizer);
    check.validate(creation("RoleBinding", "{'roleRef':{'kind':'ClusterRole','name':'view'}}"));
    assertThrows(
        ApiException.class,
        () ->
            check.validate(
                creation(
                    "RoleBinding", "{'roleRef':{'kind':'ClusterRole','name':'cluster-admin'}}")));
  }

  @Test
  void theVerbBindAllowsToBind() {
    bind("default", "admin", "User", "ann");
    put(
        tree(
            "{'kind':'ClusterRole','metadata':{'name':'binder'},'rules':[{'verbs':['bind'],"
                + "'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],"
                + "'resourceNames':['cluster-admin']}]}"));
    bind("default", "binder", "User", "ann");
    new EscalationCheck(authorizer)
        .validate(
            creation("RoleBinding", "{'roleRef':{'kind':'ClusterRole','name':'cluster-admin'}}"));
    assertTrue(isAllowed(ANN, on("get", "pods", "default")));
  }

  @Test
  void missingRightsAreAddedAndOthersKept() {
    var wanted = find("ClusterRole", "system:basic-user");
    var stored = wanted.deepCopy();
    stored.withArray("rules").remove(0);
    var own = tree("{'verbs':['get'],'apiGroups':['x'],'resources':['y']}");
    stored.withArray("rules").add(own);
    var merged = BootstrapPolicy.reconcile(stored, wanted, Map.of()).orElseThrow();
    assertEquals(3, merged.path("rules").size());
    assertEquals(own, merged.path("rules").get(1));
    assertEquals(Optional.empty(), BootstrapPolicy.reconcile(merged, wanted, Map.of()));
    stored
        .withObject("metadata")
        .withObject("annotations")
        .put("rbac.authorization.kubernetes.io/autoupdate", "false");
    assertEquals(Optional.empty(), BootstrapPolicy.reconcile(stored, wanted, Map.of()));
  }

  @Test
  void reviewsAnswerForOthersAndForOneself() {
    bind("default", "view", "User", "ann");
    var ask = "'resourceAttributes':{'verb':'list','resource':'pods','namespace':'default'}";
    var other = review("SubjectAccessReview", User.ANONYMOUS, "{'user':'ann'," + ask + "}");
    assertTrue(other.path("status").path("allowed").asBoolean());
    var self = review("SelfSubjectAccessReview", User.ANONYMOUS, "{" + ask + "}");
    assertFalse(self.path("status").path("allowed").asBoolean());
    var error =
        assertThrows(ApiException.class, () -> review("SubjectAccessReview", ANN, "{" + ask + "}"));
    assertTrue(error.toString().contains("at least one of user or group"), error::toString);
  }

  private ObjectNode review(String kind, User user, String spec) {
    var of =
        TestKinds.kind("authorization.k8s.io/v1", kind, kind.toLowerCase(Locale.ROOT) + "s", false);
    return new AccessReview(authorizer)
        .post(
            new ResourceAction.Call(
                user,
                of,
                "",
                new AdmissionRequest.Target("", ""),
                Optional.empty(),
                tree("{'spec':" + spec + "}"),
                new ResourceAction.Mode(false, _ -> {})));
  }

  private AdmissionRequest creation(String kind, String json) {
    return new AdmissionRequest(
        AdmissionRequest.Operation.CREATE,
        TestKinds.kind(
            "rbac.authorization.k8s.io/v1", kind, kind.toLowerCase(Locale.ROOT) + "s", true),
        "",
        new AdmissionRequest.Target("default", "r"),
        Optional.of(tree(json)),
        Optional.empty(),
        new AdmissionRequest.Context(ANN, tree("{}"), false, _ -> {}));
  }

  private ObjectNode find(String kind, String name) {
    return view.find(RoleIndex.GROUP, kind.toLowerCase(Locale.ROOT) + "s", "", name).orElseThrow();
  }

  private boolean isAllowed(User user, Attributes wanted) {
    return authorizer.authorize(user, wanted) instanceof Decision.Allowed;
  }

  private static Attributes on(String verb, String resource, String namespace) {
    return new Attributes(verb, "", "v1", resource, "", namespace, "", "", List.of());
  }

  private static String bare(String text) {
    return text.equals("''") ? "" : text;
  }

  private void bind(String namespace, String role, String subjectKind, String subject) {
    put(
        tree(
            "{'kind':'RoleBinding','metadata':{'name':'"
                + role
                + subject
                + "','namespace':'"
                + namespace
                + "'},'roleRef':{'kind':'ClusterRole','name':'"
                + role
                + "'},'subjects':[{'kind':'"
                + subjectKind
                + "','name':'"
                + subject
                + "'}]}"));
  }

  private void put(ObjectNode object) {
    var plural = object.path("kind").asString("").toLowerCase(Locale.ROOT) + "s";
    view.put(RoleIndex.GROUP, plural, object);
  }
}
