package dev.nauarch.api.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class InactiveFieldsTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  @Test
  void whatAnObjectSetsIsFoundWithItsPlace() {
    var pod =
        "{'spec':{'hostUsers':false,'containers':[{},{'stdin':true,'volumeDevices':[{'name':'x'}]}]}}";
    assertEquals(
        List.of("spec.containers[1].volumeDevices", "spec.hostUsers"), uses("v1", "Pod", pod));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'spec':{'hostUsers':true,'os':{'name':'linux'}}}",
        "{'spec':{'containers':[{'stdin':false,'tty':false,'volumeDevices':[]}]}}",
        "{'spec':{'volumes':[{'emptyDir':{'medium':'Memory','sizeLimit':'1Gi'}}]}}",
        "{'spec':{'securityContext':{'seccompProfile':{'type':'Unconfined'}}}}",
      })
  void aValueThatAsksForNothingIsNotFound(String pod) {
    assertEquals(List.of(), uses("v1", "Pod", pod));
  }

  @Test
  void aDefaultAsksForNothing() {
    var queue = "{'spec':{'preemption':{'reclaimWithinCohort':'%s'}}}";
    var version = "kueue.x-k8s.io/v1beta2";
    assertEquals(List.of(), uses(version, "ClusterQueue", queue.formatted("Never")));
    assertEquals(
        List.of("spec.preemption.reclaimWithinCohort"),
        uses(version, "ClusterQueue", queue.formatted("Any")));
  }

  @Test
  void someValuesOfAFieldMayWork() {
    var service = "{'spec':{'ipFamilies':['%s']}}";
    assertEquals(List.of(), uses("v1", "Service", service.formatted("IPv4")));
    assertEquals(List.of("spec.ipFamilies"), uses("v1", "Service", service.formatted("IPv6")));
  }

  @Test
  void whatIsInactiveInAPodIsInactiveInATemplateOfOne() {
    var ofPods =
        fields("v1", "Pod").all().stream()
            .map(InactiveFields.Field::path)
            .filter(path -> !path.startsWith("spec.ephemeralContainers"))
            .toList();
    assertTrue(ofPods.size() > 50, ofPods::toString);
    var template = "spec.replicatedJobs[].template.spec.template.";
    var ofSets =
        fields("jobset.x-k8s.io/v1alpha2", "JobSet").all().stream()
            .map(InactiveFields.Field::path)
            .filter(path -> path.startsWith(template))
            .map(path -> path.substring(template.length()))
            .toList();
    assertTrue(ofSets.containsAll(ofPods), ofSets::toString);
  }

  private static InactiveFields fields(String apiVersion, String kind) {
    return InactiveFields.of(CATALOG.findKind(apiVersion, kind).orElseThrow());
  }

  private static List<String> uses(String apiVersion, String kind, String object) {
    var tree = (ObjectNode) JsonMapper.shared().readTree(object.replace('\'', '"'));
    return fields(apiVersion, kind).usesIn(tree).stream()
        .map(InactiveFields.Use::path)
        .sorted()
        .toList();
  }
}
