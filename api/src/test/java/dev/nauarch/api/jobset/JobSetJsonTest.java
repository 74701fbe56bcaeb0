package dev.nauarch.api.jobset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class JobSetJsonTest {

  private static final String TRAIN =
      """
      {"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet",
       "metadata":{"name":"train","namespace":"default","labels":{"team":"a"}},
       "spec":{"suspend":true,
        "network":{"enableDNSHostnames":true},
        "coordinator":{"replicatedJob":"workers"},
        "failurePolicy":{"maxRestarts":3,"rules":[{"name":"r","action":"FailJobSet",
          "onJobFailureReasons":["PodFailurePolicy"]}]},
        "replicatedJobs":[{"name":"workers","replicas":2,
          "template":{"spec":{"parallelism":2,"completions":2,"backoffLimit":0,
            "template":{"spec":{"containers":[{"name":"c","image":"host",
              "resources":{"requests":{"cpu":"500m"}}}]}}}}}]},
       "status":{"restarts":1,"conditions":[{"type":"Completed","status":"True"}]}}
      """;

  private static JobSet decoded() {
    return ModelCodec.decode(TRAIN.getBytes(StandardCharsets.UTF_8), JobSet.class);
  }

  @Test
  void absentFieldsTakeTheirDefaults() {
    var spec = decoded().spec();

    assertTrue(spec.wantsSuspension());
    assertTrue(spec.publishesNotReady());
    assertFalse(spec.startsInOrder());
    assertEquals("train", spec.subdomain("train"));
    assertEquals(0, spec.coordinatorIfAny().orElseThrow().jobIndex());
    assertEquals("Recreate", spec.failurePolicyIfAny().orElseThrow().restartStrategy());
    assertEquals("default", spec.replicatedJobs().getFirst().groupName());
    assertEquals(2, spec.replicatedJobs().getFirst().podsPerJob());
  }

  @Test
  void whatIsDecodedIsEncodedAgain() {
    var tree = ModelCodec.tree(decoded());
    var again = ModelCodec.decode(tree, JobSet.class);

    assertEquals("JobSet", tree.get("kind").asString());
    assertEquals(1, tree.at("/status/restarts").asInt());
    assertEquals(3, tree.at("/spec/failurePolicy/maxRestarts").asInt());
    assertEquals("a", tree.at("/metadata/labels/team").asString());
    assertFalse(tree.get("spec").has("ttlSecondsAfterFinished"), tree.toString());
    assertFalse(tree.has("fullResourceName"), tree.toString());
    assertEquals(decoded().spec(), again.spec());
    assertEquals(decoded().status(), again.status());
  }

  @Test
  void anObjectWithoutAStatusIsWrittenWithoutOne() {
    var fresh = new JobSet();

    assertFalse(ModelCodec.tree(fresh).has("status"));
    assertEquals(JobSetStatus.EMPTY, fresh.status());
  }
}
