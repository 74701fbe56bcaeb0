package dev.nauarch.nodeagent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.nodeagent.lifecycle.Admission;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeRoomsTest {

  private static Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName("node")
        .addNewContainer()
        .withName("main")
        .endContainer()
        .endSpec()
        .build();
  }

  private static Optional<Admission.Refusal> refusal(NodeRooms rooms, String pod) {
    return rooms.refusal(pod(pod), Optional.empty());
  }

  @Test
  void whoHasGoneTakesNoRoomThoughNobodyHasSaidItYet() {
    var rooms = new NodeRooms();
    var amounts = Amounts.NONE.with("pods", Amount.of(2));
    rooms.offer("node", new NodeRooms.Offer(amounts, List.of()));
    rooms.take(pod("stays"));
    rooms.take(pod("goes"));
    assertEquals("OutOfpods", refusal(rooms, "next").orElseThrow().reason());

    var gone = new ObjectKey("default", "goes");
    rooms.removeAll("node", gone::equals);
    assertTrue(refusal(rooms, "next").isEmpty());
    rooms.take(pod("next"));
    assertEquals("OutOfpods", refusal(rooms, "last").orElseThrow().reason());
  }
}
