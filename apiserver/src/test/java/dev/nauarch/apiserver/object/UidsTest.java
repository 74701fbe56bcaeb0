package dev.nauarch.apiserver.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UidsTest {

  @Test
  void areRandomOfVersionFourAndNeverTheSame() {
    var seen = new HashSet<String>();
    for (var i = 0; i < 1000; i++) {
      var uid = Uids.next();
      assertEquals(4, UUID.fromString(uid).version());
      assertEquals(2, UUID.fromString(uid).variant());
      assertTrue(seen.add(uid), uid);
    }
  }
}
