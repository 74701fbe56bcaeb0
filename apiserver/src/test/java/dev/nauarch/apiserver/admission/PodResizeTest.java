package dev.nauarch.apiserver.admission;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Which resizes a node could never grant. */
class PodResizeTest {

  private static final String POD =
      "{'spec':{'nodeName':'%s','overhead':{'cpu':'100m'},'containers':[{'name':'c','resources':"
          + "{'requests':{'cpu':'%s','memory':'%s'}}}]}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n    | 3900m | 1Gi    |
          ''   | 9     | 9Gi    |
          none | 1     | 1Gi    | node "none" not found
          w    | 2     | 1Gi    | pod resize is only supported on linux nodes, node "w" is "windows"
          n    | 4     | 1Gi    | node didn't have enough allocatable resources: cpu, requested: 4100, allocatable: 4000
          n    | 5     | 4Gi    | node didn't have enough allocatable resources: cpu, requested: 5100, allocatable: 4000; memory, requested: 4294967296, allocatable: 2147483648
          """)
  void whatTheNodeNeverHasIsRefused(String node, String cpu, String memory, String why) {
    var view =
        new MemoryView()
            .put("", "nodes", node("n", "linux"))
            .put("", "nodes", node("w", "windows"));
    var request = resize(POD.formatted(node, "1", "1Mi"), POD.formatted(node, cpu, memory));
    if (why == null) {
      new PodResize(view).validate(request);
    } else {
      var refusal = assertThrows(ApiException.class, () -> new PodResize(view).validate(request));
      assertEquals("pods \"p\" is forbidden: " + why, refusal.getMessage());
    }
    // What asks for nothing else is let through wherever the pod is.
    new PodResize(view)
        .validate(resize(POD.formatted("none", "9", "9Gi"), POD.formatted("none", "9", "9Gi")));
  }

  private static ObjectNode node(String name, String system) {
    return tree(
        "{'metadata':{'name':'%s','labels':{'kubernetes.io/os':'%s'}},'status':{'allocatable':{'cpu':'4','memory':'2Gi'}}}"
            .formatted(name, system));
  }

  private static AdmissionRequest resize(String old, String pod) {
    return new AdmissionRequest(
        Operation.UPDATE,
        TestKinds.kind("v1", "Pod", "pods", true),
        "resize",
        new AdmissionRequest.Target("a", "p"),
        Optional.of(tree(pod)),
        Optional.of(tree(old)),
        new AdmissionRequest.Context(User.ANONYMOUS, tree("{}"), false, _ -> {}));
  }
}
