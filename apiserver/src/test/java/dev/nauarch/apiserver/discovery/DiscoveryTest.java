package dev.nauarch.apiserver.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DiscoveryTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  private final Discovery discovery = new Discovery(CATALOG);

  @Test
  void theCoreGroupStandsApart() {
    var core = JsonMapper.shared().readTree(discovery.aggregated(true).json());
    assertEquals(1, core.path("items").size());
    assertEquals("v1", core.at("/items/0/versions/0/version").asString());
    assertEquals("[\"v1\"]", discovery.apiVersions("a:1").path("versions").toString());
    assertTrue(discovery.group("").isEmpty());
  }

  @Test
  void theStableVersionOfAGroupComesFirst() {
    var group = discovery.group("scheduling.k8s.io").orElseThrow();
    assertEquals("v1", group.at("/preferredVersion/version").asString());
    assertEquals("v1beta1", group.at("/versions/1/version").asString());
    assertEquals(
        List.of("v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "foo1"),
        Stream.of("foo1", "v10beta3", "v1", "v12alpha1", "v3beta1", "v2", "v10", "v11beta2")
            .sorted(ApiVersions.PREFERRED_FIRST)
            .toList());
  }

  @Test
  void aSubresourceOfAnotherKindNamesIt() {
    var apps = discovery.resources("apps", "v1").orElseThrow().path("resources");
    var scale =
        apps.values().stream()
            .filter(entry -> entry.path("name").asString().equals("deployments/scale"))
            .findFirst()
            .orElseThrow();
    assertEquals("autoscaling", scale.path("group").asString());
    assertEquals("Scale", scale.path("kind").asString());
    assertTrue(discovery.resources("apps", "v2").isEmpty());
  }

  @Test
  void theEtagChangesWithTheDocument() {
    var pods = CATALOG.find("", "v1", "pods").orElseThrow();
    var without = new Discovery(CATALOG.without(pods));
    assertNotEquals(discovery.aggregated(true).etag(), without.aggregated(true).etag());
    assertEquals(discovery.aggregated(false).etag(), without.aggregated(false).etag());
  }
}
