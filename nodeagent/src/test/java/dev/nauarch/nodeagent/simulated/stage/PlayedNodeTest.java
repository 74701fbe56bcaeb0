package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlayedNodeTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final String HEAD =
      "---\napiVersion: nauarch.dev/v1alpha1\nkind: Stage\nmetadata: {name: %s}\nspec:\n";

  private static final String STAGES =
      HEAD.formatted("down")
          + """
                  selector: {kind: Node, matchLabels: {rack: a}}
                  when: {ready: true}
                  delay: {seconds: 10}
                  next: {ready: {is: false, reason: PowerLost, message: the rack is dark}}
                """
          + HEAD.formatted("up")
          + """
                  selector: {kind: Node, matchLabels: {rack: a}}
                  when: {ready: false}
                  delay: {seconds: 5}
                  next: {ready: {is: true}}
                """
          + HEAD.formatted("full")
          + """
                  selector: {kind: Node}
                  delay: {seconds: 12}
                  next: {condition: {type: DiskPressure, status: "True", reason: Full}}
                """
          + HEAD.formatted("silent")
          + """
                  selector: {kind: Node}
                  delay: {seconds: 20}
                  next: {heartbeat: {goesOn: false}}
                """;

  @Test
  void aNodeFlapsShowsConditionsAndFallsSilent() {
    var stages = StageFile.parse(STAGES, 1);
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .withName("n")
            .addToLabels("rack", "a")
            .endMetadata()
            .build();
    var played = new PlayedNode(node, stages, BEGIN);
    played.happen(BEGIN);
    assertEquals("[Ready True Simulated]", shown(played));
    assertEquals(BEGIN.plusSeconds(10), played.nextAt());
    played.happen(BEGIN.plusSeconds(10));
    assertEquals("[Ready False PowerLost]", shown(played));
    played.happen(BEGIN.plusSeconds(15));
    assertEquals("[Ready True Simulated, DiskPressure True Full]", shown(played));
    assertTrue(played.heartbeats());
    played.happen(BEGIN.plusSeconds(20));
    assertFalse(played.heartbeats());
    assertFalse(played.isShown());
    played.happen(BEGIN.plusSeconds(25));
    assertEquals("[Ready False PowerLost, DiskPressure True Full]", shown(played));
  }

  private static String shown(PlayedNode played) {
    return played.conditions("").stream()
        .map(c -> c.getType() + " " + c.getStatus() + " " + c.getReason())
        .toList()
        .toString();
  }
}
