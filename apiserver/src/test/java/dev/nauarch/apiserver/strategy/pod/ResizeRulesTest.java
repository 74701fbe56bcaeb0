package dev.nauarch.apiserver.strategy.pod;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a resize may change, in the words of Kubernetes. */
class ResizeRulesTest {

  private static final String CONTAINERS =
      "'containers':[{'name':'c','image':'i','resizePolicy':[{'resourceName':'cpu',"
          + "'restartPolicy':'NotRequired'}],'resources':{'requests':{'cpu':'1','a.b/c':'1'},"
          + "'limits':{'cpu':'2','a.b/c':'1'}}}],";
  private static final String INIT =
      "'initContainers':[{'name':'once','image':'i','resources':{'requests':{'cpu':'1'}}},"
          + "{'name':'side','image':'i','restartPolicy':'Always'}]";

  private static ObjectNode pod(String more) {
    var pod = tree("{'metadata':{'name':'p'},'spec':{" + CONTAINERS + INIT + "}}");
    new PodStrategy().prepareForCreate(pod, User.ANONYMOUS);
    merge(pod, tree(more));
    return pod;
  }

  /** Takes a change at each path, such as {@code /spec/containers/0/resources/limits/cpu}. */
  private static void merge(ObjectNode pod, ObjectNode changes) {
    for (var change : changes.properties()) {
      int end = change.getKey().lastIndexOf('/');
      var parent = pod.withObject(change.getKey().substring(0, end));
      if (change.getValue().isNull()) {
        parent.remove(change.getKey().substring(end + 1));
      } else {
        parent.set(change.getKey().substring(end + 1), change.getValue());
      }
    }
  }

  private static List<String> resize(ObjectNode old, String change) {
    var pod = old.deepCopy();
    merge(pod, tree(change));
    var strategy = new PodStrategy();
    strategy.prepareForUpdate(pod, old, "resize", User.ANONYMOUS);
    return strategy.validateUpdate(pod, old, "resize").stream().map(FieldError::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {} | {'/spec/containers/0/resources/requests/cpu':'1500m'} |
          {} | {'/spec/containers/0/resources/limits/memory':'1Gi'} |
          {} | {'/spec/initContainers/0/resources/requests/cpu':'2'} |
          {} | {'/spec/initContainers/1/resources/requests/cpu':'2'} |
          {} | {'/spec/nodeName':'elsewhere'} |
          {} | {'/spec/resources/requests':{'cpu':'3'},'/spec/resources/limits':{'cpu':'4'}} |
          {} | {'/spec/containers/0/resources/requests/cpu':null} |
          {} | {'/spec/containers/0/resources/limits/cpu':null} | spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed
          {} | {'/spec/containers/0/resources/requests/cpu':'3'} | spec.containers[0].resources.requests: Invalid value: "3": must be less than or equal to cpu limit of 2
          {} | {'/spec/containers/0/resources/requests/cpu':'-1'} | spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0
          {} | {'/spec/containers/0/resources/requests/ephemeral-storage':'1'} | spec: Forbidden: only cpu and memory resources are mutable
          {} | {'/spec/containers/0/resizePolicy':[]} | spec: Forbidden: only cpu and memory resources are mutable
          {} | {'/spec/initContainers/0/resources/requests/ephemeral-storage':'1'} | spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable
          {} | {'/spec/containers/0/name':'d'} | spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize
          {} | {'/spec/initContainers':[]} | spec.initContainers: Forbidden: initContainers may not be added or removed on resize
          {'/spec/initContainers/0/resizePolicy':[{'resourceName':'cpu','restartPolicy':'RestartContainer'}]} | {} | spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to 'RestartContainer' for non-sidecar initContainers
          {'/spec/restartPolicy':'Never','/spec/containers/0/resizePolicy':[{'resourceName':'cpu','restartPolicy':'RestartContainer'}]} | {} | spec.containers[0].resizePolicy: Invalid value: "RestartContainer": must be 'NotRequired' when pod `restartPolicy` is 'Never'
          {'/spec/containers/0/resizePolicy':[{'resourceName':'gpu','restartPolicy':''}]} | {} | spec.containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory" & spec.containers[0].resizePolicy: Required value
          {'/spec/containers/0/resizePolicy':[{'resourceName':'cpu','restartPolicy':'NotRequired'},{'resourceName':'cpu','restartPolicy':'NotRequired'}]} | {} | spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"
          {'/metadata/annotations':{'kubernetes.io/config.mirror':'x'}} | {'/spec/containers/0/resources/requests/cpu':'2'} | : Forbidden: static pods cannot be resized
          {'/spec/os':{'name':'windows'}} | {'/spec/containers/0/resources/requests/cpu':'2'} | : Forbidden: windows pods cannot be resized
          {'/status/containerStatuses':[{'name':'c','state':{'running':{}}}]} | {'/spec/containers/0/resources/requests/cpu':'2'} | spec: Forbidden: Pod running on node without support for resize
          {'/status/containerStatuses':[{'name':'c','state':{'running':{}},'resources':{}}]} | {'/spec/containers/0/resources/requests/cpu':'2'} |
          {'/spec/resources':{'requests':{'cpu':'3'}}} | {'/spec/resources':null} | spec.resources: Forbidden: pod-level resources cannot be removed
          {'/spec/resources':{'requests':{'cpu':'3','memory':'1Gi'}}} | {'/spec/resources/requests/memory':null} | spec.resources.requests: Forbidden: pod-level resource requests cannot be removed
          {'/spec/resources':{'requests':{'cpu':'3'}}} | {'/spec/resources/requests/hugepages-2Mi':'2Mi','/spec/resources/limits':{'hugepages-2Mi':'2Mi'}} | spec: Forbidden: only cpu and memory resources are mutable at pod-level
          """)
  void onlyProcessorsAndMemoryMayChange(String before, String change, String problems) {
    var wanted = problems == null ? List.<String>of() : List.of(problems.split(" & ", -1));
    assertEquals(wanted, resize(pod(before), change));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {} | {'/spec/containers/0/resources':{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}} | BestEffort
          {'requests':{'cpu':'1'}} | {'/spec/containers/0/resources':{'requests':{'cpu':'1','memory':'1Gi'},'limits':{'cpu':'1','memory':'1Gi'}}} | Burstable
          {'limits':{'cpu':'1','memory':'1Gi'}} | {'/spec/containers/0/resources/requests/cpu':'500m'} | Guaranteed
          """)
  void theClassOfServiceStays(String resources, String change, String qosClass) {
    var pod =
        tree(
            "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','resources':"
                + resources
                + "}]}}");
    new PodStrategy().prepareForCreate(pod, User.ANONYMOUS);
    assertEquals(qosClass, pod.at("/status/qosClass").asString());
    assertEquals(
        List.of(
            "spec: Invalid value: \""
                + qosClass
                + "\": Pod QOS Class may not change as a result of resizing"),
        resize(pod, change));
  }
}
