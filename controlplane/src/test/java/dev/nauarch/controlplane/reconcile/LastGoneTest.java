package dev.nauarch.controlplane.reconcile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import org.junit.jupiter.api.Test;

class LastGoneTest {

  private static ObjectKey key(int number) {
    return new ObjectKey("default", "pod-" + number);
  }

  @Test
  void theLastAreKnownAndNoMore() {
    var gone = new LastGone();
    for (int i = 0; i < LastGone.MAX; i++) {
      gone.add(key(i));
    }
    gone.add(key(0)); // once more
    assertTrue(gone.contains(key(0)) && gone.contains(key(1)));
    gone.add(key(LastGone.MAX));
    assertTrue(gone.contains(key(0)));
    assertFalse(gone.contains(key(1)));
  }
}
