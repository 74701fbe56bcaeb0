package dev.nauarch.nodeagent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent: registration, a pod, its logs and commands inside it; needs root. */
class NodeAgentIT {
  @TempDir Path directory;
  private TestAgent agent;

  @BeforeEach
  void start() throws Exception {
    agent = TestAgent.start(directory);
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
  }

  @Test
  void theNodeIsRegisteredWithWhatTheMachineHas() throws Exception {
    var deadline = Instant.now().plusSeconds(10);
    var key = new ObjectKey("", TestAgent.NODE);
    while (agent
        .cluster()
        .get(Resources.LEASES, new ObjectKey("kube-node-lease", TestAgent.NODE))
        .isEmpty()) {
      assertTrue(Instant.now().isBefore(deadline), "no lease");
      Thread.sleep(10);
    }
    var node = agent.cluster().get(Resources.NODES, key).orElseThrow();
    assertEquals("10.244.7.0/24", node.getSpec().getPodCIDR());
    assertEquals("a", node.getMetadata().getLabels().get("zone"));
    assertEquals(TestAgent.NODE, node.getMetadata().getLabels().get("kubernetes.io/hostname"));
    assertEquals(new Quantity("110"), node.getStatus().getAllocatable().get("pods"));
    assertEquals(
        agent.port(),
        node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort().intValue());
    assertTrue(
        node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
  }

  @Test
  void logsAreReadWholeByTheTailAndWhileTheyGrow() throws Exception {
    agent.run("talk", "echo one; echo two; sleep 0.5; echo three");
    var followed = agent.get("/containerLogs/default/talk/main?follow=true");
    assertEquals("one\ntwo\nthree\n", followed.body());
    assertEquals("three\n", agent.get("/containerLogs/default/talk/main?tailLines=1").body());
    assertEquals("one\nt", agent.get("/containerLogs/default/talk/main?limitBytes=5").body());
    var stamped = agent.get("/containerLogs/default/talk/main?timestamps=true&tailLines=1").body();
    assertTrue(stamped.matches("\\d{4}-[0-9T:.-]+Z three\n"), stamped);
    assertEquals(400, agent.get("/containerLogs/default/talk/main?previous=true").statusCode());
    assertEquals(400, agent.get("/containerLogs/default/talk/main?tailLines=x").statusCode());
    assertTrue(agent.get("/pods").body().contains("\"talk\""));
    assertEquals("ok", agent.get("/healthz").body());
  }

  @Test
  void aCallerWhoDoesNotActForTheApiServerIsRefused() throws Exception {
    assertEquals(200, agent.get("/healthz").statusCode());
    // The agent's own identity is trusted by nobody but itself; another subject makes the case.
    agent.restart("CN=system:node:other,O=system:nodes");
    assertEquals(403, agent.get("/pods").statusCode());
  }
}
