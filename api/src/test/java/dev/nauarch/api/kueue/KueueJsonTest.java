package dev.nauarch.api.kueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KueueJsonTest {

  private static <T> T read(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  @Test
  void aClusterQueueIsReadWithItsQuotaAndWrittenAsItWasRead() {
    var queue =
        read(
            """
            {'apiVersion':'kueue.x-k8s.io/v1beta2','kind':'ClusterQueue',
             'metadata':{'name':'team'},
             'spec':{'namespaceSelector':{},'queueingStrategy':'StrictFIFO','resourceGroups':[
              {'coveredResources':['cpu'],'flavors':[
               {'name':'spot','resources':[{'name':'cpu','nominalQuota':'9'}]}]}]},
             'status':{'pendingWorkloads':3}}
            """,
            ClusterQueue.class);
    assertEquals("StrictFIFO", queue.spec().queueingStrategy());
    var quota = queue.spec().resourceGroups().getFirst().flavors().getFirst();
    assertEquals("9", quota.resources().getFirst().nominalQuota().toString());
    assertEquals(3, queue.status().pendingWorkloads());
    var tree = ModelCodec.tree((Object) queue);
    assertEquals("spot", tree.at("/spec/resourceGroups/0/flavors/0/name").asString());
    assertEquals(
        "9", tree.at("/spec/resourceGroups/0/flavors/0/resources/0/nominalQuota").asString());
  }

  @Test
  void whatAWorkloadDoesNotStateHasItsDefault() {
    var workload =
        read(
            """
            {'metadata':{'name':'job-x','namespace':'default'},
             'spec':{'queueName':'default','podSets':[
              {'name':'main','count':2,'template':{'spec':{'containers':[{'name':'c'}]}}}]}}
            """,
            Workload.class);
    assertTrue(workload.spec().mayRun());
    assertFalse(workload.status().has("Admitted"));
    assertEquals(2, workload.spec().podSets().getFirst().count());
    assertEquals("kueue.x-k8s.io/v1beta2", workload.getApiVersion());
  }

  @Test
  void anAdmissionIsReadAsGranted() {
    var workload =
        read(
            """
            {'metadata':{'name':'job-x'},'spec':{'active':false},
             'status':{'conditions':[{'type':'Admitted','status':'True'}],
              'admission':{'clusterQueue':'team','podSetAssignments':[
               {'name':'main','flavors':{'cpu':'spot'},'resourceUsage':{'cpu':'2'},'count':2}]}}}
            """,
            Workload.class);
    assertFalse(workload.spec().mayRun());
    assertTrue(workload.status().has("Admitted"));
    var granted = Objects.requireNonNull(workload.status().admission());
    assertEquals("spot", granted.podSetAssignments().getFirst().flavors().get("cpu"));
  }
}
