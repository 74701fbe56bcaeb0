package dev.nauarch.nodeagent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.nodeagent.NodeAgentOptions;
import dev.nauarch.nodeagent.equipment.NoEquipment;
import dev.nauarch.nodeagent.runtime.RuntimeFacts;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class NodeRecordTest {

  private static NodeRecord record() throws NoSuchAlgorithmException {
    return new NodeRecord(
        new NodeAgentOptions(
            "node",
            "127.0.0.1",
            "cluster",
            Path.of("home"),
            "",
            Map.of(),
            "v1.37.0",
            Optional.empty(),
            "127.0.0.1",
            0,
            SSLContext.getDefault()),
        new Machine(4, 8L << 30, 16L << 30, "machine", "boot", "kernel", "image", "amd64"),
        new RuntimeFacts("runtime", "1", Map.of(), false, false, ""),
        10250,
        new NoEquipment("this is a test"));
  }

  @Test
  void whatSomebodyHasAdvertisedIsThereForPods() throws NoSuchAlgorithmException {
    var before =
        new NodeStatusBuilder()
            .addToCapacity("example.com/dongle", new Quantity("4"))
            .addToCapacity("cpu", new Quantity("1000"))
            .build();
    var status = record().status(before, Instant.EPOCH);
    assertEquals(new Quantity("4"), status.getAllocatable().get("example.com/dongle"));
    assertEquals(new Quantity("4"), status.getCapacity().get("example.com/dongle"));
    assertEquals(new Quantity("4"), status.getAllocatable().get("cpu"));

    var without = record().status(new NodeStatus(), Instant.EPOCH);
    assertFalse(without.getAllocatable().containsKey("example.com/dongle"));
  }
}
