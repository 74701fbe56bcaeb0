package dev.nauarch.apiserver.strategy.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.strategy.network.Allocations.Owner;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Ranges become ready, and go when nobody needs them. */
class ServiceRangeChoreTest {

  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");

  private final MemoryView view = new MemoryView();
  private final ServiceRangeChore chore =
      new ServiceRangeChore(view, new AddressRange("10.96.0.0/16"));

  private static ObjectNode range(String name, String cidr) {
    var json = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"cidrs\":[\"%s\"]}}";
    return (ObjectNode) JsonMapper.shared().readTree(json.formatted(name, cidr));
  }

  private static ObjectNode ending(ObjectNode range) {
    range.withObject("metadata").put("deletionTimestamp", ASKED.toString());
    return range;
  }

  private ObjectNode put(String plural, ObjectNode object) {
    view.put("networking.k8s.io", plural, object);
    return object;
  }

  /** Does what the chore wants, and gives the object that comes of it. */
  private ObjectNode done(ObjectNode range, Instant now) {
    var result = range.deepCopy();
    for (var write : chore.due(List.of(range), now).writes()) {
      result = ((Write.Change) write).change().apply(result);
    }
    return result;
  }

  @Test
  void aNewRangeIsProtectedAndReady() {
    var made = done(put("servicecidrs", range("more", "10.97.0.0/24")), ASKED);
    assertEquals(
        "[\"networking.k8s.io/service-cidr-finalizer\"]",
        made.path("metadata").path("finalizers").toString());
    var condition = made.path("status").path("conditions").path(0);
    assertEquals("True", condition.path("status").asString(""));
    assertEquals(List.of(), chore.due(List.of(made), ASKED).writes());
  }

  @Test
  void aRangeStaysForAsLongAsAServiceHasAnAddressOfIt() {
    var range = ending(done(range("more", "10.97.0.0/24"), ASKED));
    put("servicecidrs", range);
    var address = AddressObjects.made("10.97.0.9", new Owner("d", "s", "u"), ASKED);
    put("ipaddresses", address);
    var now = ASKED.plusSeconds(60);
    var kept = done(range, now);
    assertEquals("Terminating", kept.at("/status/conditions/0/reason").asString(""));
    assertEquals(1, kept.path("metadata").path("finalizers").size());
    assertEquals(Optional.of(now.plusSeconds(1)), chore.due(List.of(kept), now).again());
    // Another range has the address as well.
    put("servicecidrs", range("wide", "10.97.0.0/16"));
    assertEquals(0, done(range, now).path("metadata").path("finalizers").size());
  }

  @Test
  void aRangeThatNobodyNeedsGoesAfterAWhile() {
    var range = ending(done(range("more", "10.97.0.0/24"), ASKED));
    put("servicecidrs", range);
    var early = chore.due(List.of(range), ASKED.plusSeconds(9));
    assertTrue(early.writes().isEmpty(), early::toString);
    assertEquals(Optional.of(ASKED.plusSeconds(10)), early.again());
    var gone = done(range, ASKED.plusSeconds(10));
    assertEquals(0, gone.path("metadata").path("finalizers").size());
  }
}
