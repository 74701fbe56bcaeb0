package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.Awaiting;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What the status of a validating policy says of its expressions. */
class TypeCheckingTest {

  private static final String POLICIES = ADMISSION + "validatingadmissionpolicies";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster((_, _) -> new Reply.Silence());

  @Test
  void whatNoObjectOfAKindCanHaveIsSaid() throws Exception {
    policy(
        "'apiGroups':['apps'],'apiVersions':['v1'],'resources':['deployments','replicasets',"
            + "'deployments/scale']",
        "'variables':[{'name':'n','expression':'object.spec.replicas'}],'validations':[{'expression':'object.spec.replicas"
            + " > 0 && object.metadata.name.size() > 0'},{'expression':'object.spec.paused =="
            + " true','messageExpression':'string(object.spec.nothing)'},{"
            + "'expression':'variables.n.startsWith(string(1))'}]");
    var status = settled(1);
    var warnings = status.at("/typeChecking/expressionWarnings");
    var fields = warnings.valueStream().map(each -> each.path("fieldRef").asString()).toList();
    assertEquals(
        List.of(
            "spec.validations[1].expression",
            "spec.validations[1].messageExpression",
            "spec.validations[2].expression"),
        fields);
    var paused = warnings.path(0).path("warning").asString();
    assertTrue(
        paused.startsWith("apps/v1, Kind=ReplicaSet: compilation failed: ERROR: <input>:1:12:"),
        paused);
    assertTrue(paused.contains("undefined field 'paused'"), paused);
    var nothing = warnings.path(1).path("warning").asString();
    assertTrue(nothing.startsWith("apps/v1, Kind=Deployment: "), nothing);
    assertTrue(nothing.contains("\n\napps/v1, Kind=ReplicaSet: "), nothing);
  }

  @Test
  void aChangedPolicyIsCheckedAnewAndParametersTooAreTyped() throws Exception {
    policy(
        "'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']",
        "'paramKind':{'apiVersion':'v1','kind':'Secret'},'validations':[{'expression':"
            + "'params.nothing == object.data.x'}]");
    assertEquals(1, settled(1).at("/typeChecking/expressionWarnings").size());
    CLUSTER
        .client()
        .patch(
            200,
            POLICIES + "/p",
            "{'spec':{'validations':[{'expression':'params.type == object.data.x'}]}}");
    var status = settled(2);
    assertTrue(status.path("typeChecking").isObject(), status.toString());
    assertEquals(0, status.path("typeChecking").size(), status.toString());
  }

  @Test
  void whatStandsForManyKindsIsNotChecked() throws Exception {
    policy(
        "'apiGroups':['*'],'apiVersions':['*'],'resources':['*']",
        "'validations':[{'expression':'object.nothing == true'}]");
    assertEquals(0, settled(1).path("typeChecking").size());
  }

  private static void policy(String rule, String spec) {
    CLUSTER
        .client()
        .post(
            201,
            POLICIES,
            ("{'metadata':{'name':'p'},'spec':{'matchConstraints':{'resourceRules':[{'operations':"
                    + "['*'],%s}]},%s}}")
                .formatted(rule, spec));
  }

  private static JsonNode settled(int generation) throws Exception {
    Awaiting.await(
        "the policy is not checked",
        () ->
            CLUSTER.client().get(200, POLICIES + "/p").at("/status/observedGeneration").asInt(0)
                == generation);
    return CLUSTER.client().get(200, POLICIES + "/p").path("status");
  }
}
