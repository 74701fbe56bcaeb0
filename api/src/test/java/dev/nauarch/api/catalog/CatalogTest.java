package dev.nauarch.api.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CatalogTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  @Test
  void aKindIsFoundByItsPluralAndByItsName() {
    var pod = CATALOG.find("", "v1", "pods").orElseThrow();
    assertEquals("Pod", pod.kind());
    assertSame(pod, CATALOG.findKind("v1", "Pod").orElseThrow());
    assertEquals("apps/v1", CATALOG.findKind("apps/v1", "Deployment").orElseThrow().apiVersion());
    assertTrue(CATALOG.find("apps", "v1", "bogus").isEmpty());
  }

  @Test
  void everySchemaThatAKindReachesCanBeRead() {
    var seen = new HashSet<String>();
    for (var kind : CATALOG.kinds()) {
      visit(kind.schema(), seen);
      assertTrue(kind.schema().property("metadata").isPresent() || !kind.verbs().contains("get"));
      assertFalse(kind.names().plural().isEmpty(), kind.kind());
    }
    assertTrue(seen.contains("io.k8s.api.core.v1.Container"));
  }

  private static void visit(Schema schema, Set<String> seen) {
    if (!schema.definition().isEmpty() && !seen.add(schema.definition())) {
      return;
    }
    for (var name : schema.propertyNames()) {
      visit(schema.property(name).orElseThrow(), seen);
    }
    schema.items().ifPresent(items -> visit(items, seen));
    schema.additionalProperties().ifPresent(values -> visit(values, seen));
  }

  @Test
  void aKindIsServedFromItsFirstVersionOn() {
    var group = "scheduling.k8s.io";
    assertTrue(CATALOG.find(group, "v1beta1", "podgroups").isPresent());
    assertTrue(Catalog.builtIn("1.36").find(group, "v1beta1", "podgroups").isEmpty());
  }

  @Test
  void addOnKindsReachIntoTheKindsOfTheCore() {
    var jobSet = CATALOG.findKind("jobset.x-k8s.io/v1alpha2", "JobSet").orElseThrow().schema();
    var job = jobSet.property("spec").orElseThrow().property("replicatedJobs").orElseThrow();
    var template = job.items().orElseThrow().property("template").orElseThrow();
    assertEquals("io.k8s.api.batch.v1.JobTemplateSpec", template.definition());
  }

  @Test
  void listsKnowHowTheyMerge() {
    var spec = CATALOG.definition("io.k8s.api.core.v1.PodSpec").orElseThrow();
    var containers = spec.property("containers").orElseThrow();
    assertEquals(Schema.ListType.MAP, containers.listType());
    assertEquals(List.of("name"), containers.listMapKeys());
    assertEquals(EnumSet.of(Schema.PatchStrategy.MERGE), containers.patchStrategies());
    assertEquals("name", containers.patchMergeKey());
    var volumes = spec.property("volumes").orElseThrow();
    assertEquals(
        EnumSet.of(Schema.PatchStrategy.MERGE, Schema.PatchStrategy.RETAIN_KEYS),
        volumes.patchStrategies());
    assertEquals(Schema.ListType.ATOMIC, spec.property("tolerations").orElseThrow().listType());
    assertEquals(2, spec.fieldNumber("containers"));
  }

  @Test
  void embeddedStructsStandInTheirObjectAndKeepTheirFieldNumber() {
    var volume = CATALOG.definition("io.k8s.api.core.v1.Volume").orElseThrow();
    assertTrue(volume.property("emptyDir").isPresent());
    assertTrue(volume.property("volumeSource").isEmpty());
    assertEquals(Set.of(2), volume.inlined().keySet());
  }

  @Test
  void aPropertySaysMoreThanTheDefinitionThatItRefersTo() {
    var spec = CATALOG.definition("io.k8s.api.core.v1.PersistentVolumeSpec").orElseThrow();
    var claim = spec.property("claimRef").orElseThrow();
    assertEquals("io.k8s.api.core.v1.ObjectReference", claim.definition());
    assertFalse(claim.isAtomic());
    assertTrue(CATALOG.definition(claim.definition()).orElseThrow().isAtomic());
  }

  @Test
  void aCatalogWithAKindLeavesTheOldOneAlone() {
    var pod = CATALOG.find("", "v1", "pods").orElseThrow();
    var without = CATALOG.without(pod);
    assertTrue(without.find("", "v1", "pods").isEmpty());
    assertTrue(without.with(pod).find("", "v1", "pods").isPresent());
    assertTrue(CATALOG.find("", "v1", "pods").isPresent());
  }

  @Test
  void aFieldIsThereFromItsFirstVersionOn() {
    var older = Catalog.builtIn("1.36");
    for (var field : List.of("PodSpec.schedulingGroup", "Lifecycle.stopSignal")) {
      var name = "io.k8s.api.core.v1." + field.substring(0, field.indexOf('.'));
      var property = field.substring(field.indexOf('.') + 1);
      assertTrue(CATALOG.definition(name).orElseThrow().property(property).isPresent());
      assertTrue(older.definition(name).orElseThrow().property(property).isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"1.36,a+c", "1.37,b+c"})
  void aFieldIsThereUntilTheVersionThatDropsIt(String version, String properties) {
    var json =
        JsonMapper.shared()
            .readTree(
                "{'properties':{'a':{'type':'string','until':'1.37'},"
                    .concat("'b':{'type':'string','since':'1.37'},'c':{'type':'string'}}}")
                    .replace('\'', '"'));
    var read = KubernetesVersion.parse(version);
    var schema = new DefinitionReader(Definitions.read(read), read).definition("x", json);
    assertEquals(properties, String.join("+", schema.propertyNames()));
  }

  @Test
  void aDeprecatedKindSaysWhatToUse() {
    assertEquals(
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        CATALOG.findKind("v1", "Endpoints").orElseThrow().deprecation());
    assertEquals("", CATALOG.findKind("v1", "Pod").orElseThrow().deprecation());
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "1", "1.35", "1.38", "2.0"})
  void anEmulatedVersionMustBeOneThatThisBuildKnows(String version) {
    assertThrows(IllegalArgumentException.class, () -> Catalog.builtIn(version));
  }
}
