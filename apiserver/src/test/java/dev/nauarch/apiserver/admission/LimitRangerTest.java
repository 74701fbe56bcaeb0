package dev.nauarch.apiserver.admission;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a LimitRange fills in and refuses. */
class LimitRangerTest {

  private static final Kind POD = TestKinds.kind("v1", "Pod", "pods", true);
  private static final Kind CLAIM =
      TestKinds.kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);

  private final MemoryView view = new MemoryView();
  private final LimitRanger ranger = new LimitRanger(view);

  private void limit(String item) {
    view.put(
        "",
        "limitranges",
        tree("{'metadata':{'name':'l','namespace':'a'},'spec':{'limits':[" + item + "]}}"));
  }

  @Test
  void containersGetWhatTheyDoNotState() {
    limit("{'type':'Container','default':{'cpu':'2','memory':'1Gi'},'defaultRequest':{'cpu':'1'}}");
    var pod =
        tree(
            "{'metadata':{'name':'p'},'spec':{'initContainers':[{'name':'i'}],'containers':"
                + "[{'name':'c','resources':{'requests':{'cpu':'500m'}}}]}}");
    ranger.mutate(request(POD, Operation.CREATE, "", pod, Optional.empty()));
    assertEquals(
        tree("{'requests':{'cpu':'500m'},'limits':{'cpu':'2','memory':'1Gi'}}"),
        pod.at("/spec/containers/0/resources"));
    assertEquals(
        tree("{'requests':{'cpu':'1'},'limits':{'cpu':'2','memory':'1Gi'}}"),
        pod.at("/spec/initContainers/0/resources"));
    assertEquals(
        "LimitRanger plugin set: cpu, memory limit for container c; cpu request for init"
            + " container i; cpu, memory limit for init container i",
        pod.at("/metadata/annotations/kubernetes.io~1limit-ranger").asString());
  }

  @Test
  void anotherNamespaceAndWhatIsFullyStatedStayAsTheyAre() {
    limit("{'type':'Container','default':{'cpu':'2'}}");
    var stated = "{'spec':{'containers':[{'name':'c','resources':{'limits':{'cpu':'1'}}}]}}";
    var pod = tree(stated);
    ranger.mutate(request(POD, Operation.CREATE, "", pod, Optional.empty()));
    assertEquals(tree(stated), pod);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type':'Container','min':{'cpu':'1'}} | {} | minimum cpu usage per Container is 1.  No request is specified
          {'type':'Container','min':{'cpu':'1'}} | {'requests':{'cpu':'500m'}} | minimum cpu usage per Container is 1, but request is 500m
          {'type':'Container','min':{'cpu':'1'}} | {'requests':{'cpu':'1'},'limits':{'cpu':'100m'}} | minimum cpu usage per Container is 1, but limit is 100m
          {'type':'Container','min':{'cpu':'1'}} | {'requests':{'cpu':'1'}} |
          {'type':'Container','max':{'memory':'1Gi'}} | {'requests':{'memory':'1Gi'}} | maximum memory usage per Container is 1Gi.  No limit is specified
          {'type':'Container','max':{'memory':'1Gi'}} | {'limits':{'memory':'2Gi'}} | maximum memory usage per Container is 1Gi, but limit is 2Gi
          {'type':'Container','max':{'memory':'1Gi'}} | {'limits':{'memory':'1Gi'},'requests':{'memory':'3Gi'}} | maximum memory usage per Container is 1Gi, but request is 3Gi
          {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}} | {'limits':{'cpu':'5'},'requests':{'cpu':'2'}} | cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000
          {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}} | {'limits':{'cpu':'5'}} | cpu max limit to request ratio per Container is 2, but no request is specified or request is 0
          {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}} | {'requests':{'cpu':'5'}} | cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0
          {'type':'Pod','max':{'cpu':'2'}} | {'limits':{'cpu':'3'}} | maximum cpu usage per Pod is 2, but limit is 3
          {'type':'Container','min':{'cpu':'1'},'max':{'cpu':'2'}} | {} | [minimum cpu usage per Container is 1.  No request is specified, maximum cpu usage per Container is 2.  No limit is specified]
          """)
  void aPodThatAsksForMoreOrLessIsRefused(String item, String resources, String why) {
    limit(item);
    var pod = tree("{'spec':{'containers':[{'name':'c','resources':" + resources + "}]}}");
    check(request(POD, Operation.CREATE, "", pod, Optional.empty()), "pods", why);
    // An update can't change what was stated; a resize can.
    check(request(POD, Operation.UPDATE, "", pod, Optional.of(pod)), "pods", null);
    check(request(POD, Operation.UPDATE, "resize", pod, Optional.of(pod)), "pods", why);
    var ending = tree("{'metadata':{'deletionTimestamp':'x'}}");
    check(request(POD, Operation.UPDATE, "resize", pod, Optional.of(ending)), "pods", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'min':{'storage':'1Gi'}} | 500Mi | minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi
          {'max':{'storage':'1Gi'}} | 2Gi | maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi
          {'max':{'storage':'1Gi'}} | 1Gi |
          """)
  void aClaimHasItsBounds(String bound, String storage, String why) {
    limit(bound.replaceFirst("\\{", "{'type':'PersistentVolumeClaim',"));
    var claim = tree("{'spec':{'resources':{'requests':{'storage':'" + storage + "'}}}}");
    check(request(CLAIM, Operation.CREATE, "", claim, Optional.empty()), CLAIM_PLURAL, why);
    check(request(CLAIM, Operation.UPDATE, "", claim, Optional.of(claim)), CLAIM_PLURAL, why);
    check(request(CLAIM, Operation.UPDATE, "status", claim, Optional.of(claim)), "", null);
  }

  private static final String CLAIM_PLURAL = "persistentvolumeclaims";

  private void check(AdmissionRequest request, String plural, @Nullable String why) {
    if (why == null) {
      ranger.validate(request);
      return;
    }
    var refusal = assertThrows(ApiException.class, () -> ranger.validate(request));
    assertEquals(plural + " \"x\" is forbidden: " + why, refusal.getMessage());
  }

  private static AdmissionRequest request(
      Kind kind,
      Operation operation,
      String subresource,
      ObjectNode object,
      Optional<ObjectNode> old) {
    return new AdmissionRequest(
        operation,
        kind,
        subresource,
        new AdmissionRequest.Target("a", "x"),
        Optional.of(object),
        old,
        new AdmissionRequest.Context(User.ANONYMOUS, tree("{}"), false, _ -> {}));
  }
}
