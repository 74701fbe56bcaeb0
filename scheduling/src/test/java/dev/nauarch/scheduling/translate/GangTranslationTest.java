package dev.nauarch.scheduling.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.model.GangPlacement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GangTranslationTest {

  @Test
  void aPlacementIsReadAsItWasWritten() {
    var placement =
        new GangPlacement(
            new TreeMap<>(
                Map.of("train-w-0-0-x", "a", "train-w-0-1-y", "a", "train-w-0-2-z", "b")));
    var text = GangTranslation.write(placement);
    assertEquals("train-w-0-|a=0-x,1-y;b=2-z", text);
    assertEquals(placement, GangTranslation.read(text));
  }

  @Test
  void oneNameThatBeginsAnotherSurvives() {
    var placement = new GangPlacement(new TreeMap<>(Map.of("w", "a", "w-1", "b")));
    assertEquals(placement, GangTranslation.read(GangTranslation.write(placement)));
  }

  @Test
  void whatIsNoPlacementIsReadAsNone() {
    assertTrue(GangTranslation.read("").isEmpty());
    assertTrue(GangTranslation.read("nonsense").isEmpty());
    assertTrue(GangTranslation.read("p|=").isEmpty());
  }
}
