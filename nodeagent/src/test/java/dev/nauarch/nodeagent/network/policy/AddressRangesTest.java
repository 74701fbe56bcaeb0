package dev.nauarch.nodeagent.network.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AddressRangesTest {

  @Test
  void exceptionsAreCutOut() {
    assertEquals(
        List.of("10.0.0.0-10.0.0.15", "10.0.0.17-10.0.0.127"),
        AddressRanges.of("10.0.0.0/24", List.of("10.0.0.16/32", "10.0.0.128/25")).texts());
    assertEquals(List.of(), AddressRanges.of("10.0.0.0/24", List.of("10.0.0.0/8")).texts());
    assertEquals(
        List.of("0.0.0.0-255.255.255.255"), AddressRanges.of("0.0.0.0/0", List.of()).texts());
  }

  @Test
  void rangesThatTouchAreOne() {
    var all =
        AddressRanges.of("10.0.1.0/24", List.of())
            .and(AddressRanges.of("10.0.0.0/24", List.of()))
            .and(AddressRanges.of("10.0.0.7/32", List.of()))
            .and(AddressRanges.of("10.0.3.1/32", List.of()));
    assertEquals(List.of("10.0.0.0-10.0.1.255", "10.0.3.1"), all.texts());
    assertTrue(all.has("10.0.1.9"));
    assertFalse(all.has("10.0.2.0"));
    assertFalse(all.has("fd00::1"));
  }
}
