package dev.nauarch.reconcile.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintsTest {

  @ParameterizedTest
  @ValueSource(strings = {"PreferClose", "PreferSameZone"})
  void anEndpointIsMeantForItsZone(String distribution) {
    var hints = Hints.of(service(distribution), "n1", "z1");
    assertNotNull(hints);
    assertEquals("z1", hints.getForZones().getFirst().getName());
    assertEquals(0, hints.getForNodes().size());
    assertNull(Hints.of(service(distribution), "n1", null));
  }

  @Test
  void orForItsNodeAndItsZone() {
    var hints = Hints.of(service("PreferSameNode"), "n1", "z1");
    assertNotNull(hints);
    assertEquals("z1", hints.getForZones().getFirst().getName());
    assertEquals("n1", hints.getForNodes().getFirst().getName());
    assertNotNull(Hints.of(service("PreferSameNode"), "n1", null));
  }

  @Test
  void orForAll() {
    assertNull(Hints.of(service(null), "n1", "z1"));
    assertNull(Hints.of(service("Other"), "n1", "z1"));
  }

  private static Service service(@org.jspecify.annotations.Nullable String distribution) {
    return new ServiceBuilder()
        .withNewSpec()
        .withTrafficDistribution(distribution)
        .endSpec()
        .build();
  }
}
