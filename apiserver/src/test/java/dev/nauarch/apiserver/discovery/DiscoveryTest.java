package dev.nauarch.apiserver.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiscoveryTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  private final Discovery discovery = new Discovery(CATALOG, _ -> Optional.empty());

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
    var scale = entry(discovery, "apps", "v1", "deployments/scale");
    assertEquals("autoscaling", scale.path("group").asString());
    assertEquals("Scale", scale.path("kind").asString());
    assertTrue(discovery.resources("apps", "v2").isEmpty());
  }

  /** The values are those that Kubernetes gives the same kinds. */
  @ParameterizedTest
  @CsvSource({
    "'', v1, configmaps, qFsyl6wFWjQ=",
    "apps, v1, deployments, 8aSe+NMegvE=",
    "'', v1, events, r2yiGXH7wu8=",
    "events.k8s.io, v1, events, r2yiGXH7wu8=",
  })
  void whatIsStoredAlikeHasTheSameHash(String group, String version, String plural, String hash) {
    var entry = entry(discovery, group, version, plural);
    assertEquals(hash, entry.path("storageVersionHash").asString());
  }

  @Test
  void aCustomKindHasTheHashOfItsStorageVersion() {
    var elsewhere = new Discovery(CATALOG, kind -> Optional.of("v1"));
    assertEquals(
        entry(discovery, "", "v1", "events").path("storageVersionHash"),
        entry(elsewhere, "events.k8s.io", "v1", "events").path("storageVersionHash"));
  }

  @Test
  void whatIsNotStoredHasNoHash() {
    var review = entry(discovery, "authorization.k8s.io", "v1", "subjectaccessreviews");
    assertFalse(review.has("storageVersionHash"));
    assertFalse(entry(discovery, "apps", "v1", "deployments/scale").has("storageVersionHash"));
  }

  private static JsonNode entry(Discovery of, String group, String version, String name) {
    return of.resources(group, version).orElseThrow().path("resources").values().stream()
        .filter(entry -> entry.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theEtagChangesWithTheDocument() {
    var pods = CATALOG.find("", "v1", "pods").orElseThrow();
    var without = new Discovery(CATALOG.without(pods), _ -> Optional.empty());
    assertNotEquals(discovery.aggregated(true).etag(), without.aggregated(true).etag());
    assertEquals(discovery.aggregated(false).etag(), without.aggregated(false).etag());
  }
}
