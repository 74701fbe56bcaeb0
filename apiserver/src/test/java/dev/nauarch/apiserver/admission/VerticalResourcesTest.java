package dev.nauarch.apiserver.admission;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What new pods ask for under an autoscaler. */
class VerticalResourcesTest {

  private static final String OWNED =
      "'namespace':'a','ownerReferences':[{'apiVersion':'%s','kind':'%s','name':'%s',"
          + "'controller':true}]";

  private final MemoryView view = new MemoryView();

  VerticalResourcesTest() {
    view.put(
        "apps",
        "replicasets",
        tree(
            "{'metadata':{'name':'web-1',"
                + OWNED.formatted("apps/v1", "Deployment", "web")
                + "}}"));
  }

  private void autoscaler(String name, String created, String mode, String target) {
    view.put(
        "autoscaling.k8s.io",
        "verticalpodautoscalers",
        tree(
            ("{'metadata':{'name':'%s','namespace':'a','creationTimestamp':'%s'},'spec':{"
                    + "'targetRef':{'kind':'%s','name':'web'},'updatePolicy':{'updateMode':'%s'}},"
                    + "'status':{'recommendation':{'containerRecommendations':[{'containerName':"
                    + "'c','target':{'cpu':'%s','memory':'1Gi'}}]}}}")
                .formatted(name, created, target, mode, name.equals("v") ? "1" : "7")));
  }

  private ObjectNode created(String resources) {
    var pod =
        tree(
            "{'metadata':{"
                + OWNED.formatted("apps/v1", "ReplicaSet", "web-1")
                + "},'spec':{'containers':[{'name':'c','resources':"
                + resources
                + "},{'name':'other'}]}}");
    new VerticalResources(view)
        .mutate(
            new AdmissionRequest(
                Operation.CREATE,
                TestKinds.kind("v1", "Pod", "pods", true),
                "",
                new AdmissionRequest.Target("a", ""),
                Optional.of(pod),
                Optional.empty(),
                new AdmissionRequest.Context(User.ANONYMOUS, tree("{}"), false, _ -> {})));
    return pod;
  }

  @Test
  void aNewPodAsksForWhatIsRecommended() {
    autoscaler("v", "2026-01-01T00:00:00Z", "Initial", "Deployment");
    autoscaler("newer", "2026-01-02T00:00:00Z", "Initial", "Deployment");
    var pod = created("{'requests':{'cpu':'100m','gpu/x':'1'},'limits':{'cpu':'300m'}}");
    assertEquals(
        tree("{'requests':{'cpu':'1','gpu/x':'1','memory':'1Gi'},'limits':{'cpu':'3'}}"),
        pod.at("/spec/containers/0/resources"));
    assertEquals(
        tree(
            "{'vpaObservedContainers':'c, other','vpaUpdates':'Pod resources updated by v:"
                + " container 0: cpu request, memory request, cpu limit'}"),
        pod.at("/metadata/annotations"));
  }

  @ParameterizedTest
  @CsvSource({"Off, Deployment", "Initial, StatefulSet", "Initial, ReplicaSet"})
  void anyOtherStaysAsItIs(String mode, String target) {
    autoscaler("v", "2026-01-01T00:00:00Z", mode, target);
    var pod = created("{}");
    assertEquals(tree("{}"), pod.at("/spec/containers/0/resources"));
    assertEquals(false, pod.at("/metadata").has("annotations"));
  }

  @Test
  void whereTheKindIsDefinedItIsForTheWebhookThatCameWithIt() {
    autoscaler("v", "2026-01-01T00:00:00Z", "Initial", "Deployment");
    view.put(
        "apiextensions.k8s.io",
        "customresourcedefinitions",
        tree("{'metadata':{'name':'verticalpodautoscalers.autoscaling.k8s.io'}}"));
    assertEquals(tree("{}"), created("{}").at("/spec/containers/0/resources"));
  }

  @Test
  void theLimitRangesOfTheNamespaceHold() {
    autoscaler("v", "2026-01-01T00:00:00Z", "Initial", "Deployment");
    view.put(
        "",
        "limitranges",
        tree(
            "{'metadata':{'name':'l','namespace':'a'},'spec':{'limits':[{'type':'Container',"
                + "'max':{'cpu':'600m'}},{'type':'Pod','max':{'cpu':'500m'}}]}}"));
    var pod = created("{'requests':{'cpu':'100m'},'limits':{'cpu':'200m'}}");
    assertEquals(
        tree("{'requests':{'cpu':'250m','memory':'1Gi'},'limits':{'cpu':'500m'}}"),
        pod.at("/spec/containers/0/resources"));
  }
}
