package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.Format;
import dev.nauarch.apiserver.codec.ObjectCodec;
import dev.nauarch.launcher.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects that Kubernetes publishes of every kind in all of its formats, with every field set,
 * for this release and the ones before: what we read and write is what Kubernetes reads and writes.
 */
class GoldenObjectsInterop {
  private static final Path RELEASES = Toolchain.at("golden");
  private static final Catalog CATALOG = Catalog.builtIn(Version.KUBERNETES);

  /**
   * What the newest release has and we don't, since it is off by default there, and fields that
   * left with 1.36 and 1.37: no other field can get lost unseen.
   */
  private static final Set<String> LACKING =
      Set.of(
          "batch.v1.JobSpec.scheduling",
          "core.v1.ClusterTrustBundleProjection.user",
          "core.v1.ConfigMapVolumeSource.defaultUser",
          "core.v1.DownwardAPIVolumeFile.user",
          "core.v1.DownwardAPIVolumeSource.defaultUser",
          "core.v1.EmptyDirVolumeSource.mode",
          "core.v1.GRPCAction.mode",
          "core.v1.HTTPGetAction.protocol",
          "core.v1.KeyToPath.user",
          "core.v1.NodeAllocatableResourceClaimStatus.mapping",
          "core.v1.NodeAllocatableResourceClaimStatus.overhead",
          "core.v1.NodeSpec.podPreemptionPolicy",
          "core.v1.PersistentVolumeClaimStatus.healthStatus",
          "core.v1.PodCertificateProjection.user",
          "core.v1.PodSpec.evictionResponders",
          "core.v1.PodSpec.workloadRef",
          "core.v1.PodStatus.volumeHealth",
          "core.v1.ProjectedVolumeSource.defaultUser",
          "core.v1.SecretVolumeSource.defaultUser",
          "core.v1.ServiceAccountTokenProjection.user",
          "core.v1.VolumeMount.bindMountOptions",
          "resource.v1.Device.nodeAllocatableResourceMappings",
          "resource.v1.Device.nodeAllocatableResources",
          "resource.v1.DeviceAttribute.bools",
          "resource.v1.DeviceAttribute.ints",
          "resource.v1.DeviceAttribute.strings",
          "resource.v1.DeviceAttribute.versions",
          "resource.v1.DeviceCounterConsumption.compatibilityGroups",
          "resource.v1.DeviceRequestAllocationResult.skipNodeOperations",
          "resource.v1.DeviceSubRequest.derivedAttributes",
          "resource.v1.ExactDeviceRequest.derivedAttributes",
          "resource.v1.ResourceSliceSpec.partitionTypeAttribute",
          "resource.v1.ResourceSliceSpec.skipNodeOperations",
          "scheduling.v1beta1.PodGroupSpec.parentCompositePodGroupName",
          "scheduling.v1beta1.WorkloadSpec.compositePodGroupTemplates",
          "storage.v1.CSINode.status");

  /** An object that stands in three files, {@code file.json}, {@code .yaml} and {@code .pb}. */
  record Golden(Path file, Kind kind) {
    @Override
    public String toString() {
      return RELEASES.relativize(file).toString();
    }

    byte[] bytes(String extension) throws IOException {
      return Files.readAllBytes(file.resolveSibling(file.getFileName() + extension));
    }

    ObjectNode decoded(String extension, Format format) throws IOException {
      return ObjectCodec.decode(bytes(extension), format, kind.schema(), kind.kind()).object();
    }

    /** Takes the fields that the schema lacks out of an object, and names them. */
    Set<String> prune(ObjectNode object) {
      var lacking = new TreeSet<String>();
      GoldenObjectsInterop.prune(kind.schema(), object, lacking);
      return lacking;
    }
  }

  private static List<Golden> served() {
    try (var files = Files.walk(RELEASES, FileVisitOption.FOLLOW_LINKS)) {
      return stems(files).flatMap(file -> golden(file).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects that have no field that we lack. */
  private static List<Golden> complete() throws IOException {
    var complete = new ArrayList<Golden>();
    for (var golden : served()) {
      if (golden.prune(golden.decoded(".json", Format.JSON)).isEmpty()) {
        complete.add(golden);
      }
    }
    return complete;
  }

  @BeforeAll
  static void sayWhatIsLeftOut() throws IOException {
    try (var files = Files.walk(RELEASES, FileVisitOption.FOLLOW_LINKS)) {
      var others = stems(files).filter(file -> golden(file).isEmpty()).toList();
      System.out.printf(
          "golden objects: %d read, %d of them written in protobuf too; %d of kinds that are not"
              + " served%n",
          served().size(), complete().size(), others.size());
    }
  }

  @ParameterizedTest
  @MethodSource("served")
  void yamlAndProtobufHoldWhatJsonHolds(Golden golden) throws IOException {
    var json = golden.decoded(".json", Format.JSON);
    var yaml = golden.decoded(".yaml", Format.YAML);
    assertEquals(List.of(), Differences.of(json, yaml));
    golden.prune(json);
    assertFalse(json.isEmpty());
    assertEquals(List.of(), Differences.of(json, golden.decoded(".pb", Format.PROTOBUF)));
  }

  @ParameterizedTest
  @MethodSource("served")
  void whatIsWrittenIsReadAsTheSame(Golden golden) throws IOException {
    var json = golden.decoded(".json", Format.JSON);
    golden.prune(json);
    for (var format : Format.values()) {
      var written = ObjectCodec.encode(json, format, golden.kind());
      var read = ObjectCodec.decode(written, format, golden.kind().schema(), "").object();
      assertEquals(List.of(), Differences.of(json, read), format.name());
    }
  }

  @ParameterizedTest
  @MethodSource("complete")
  void protobufIsWrittenByteForByte(Golden golden) throws IOException {
    var json = golden.decoded(".json", Format.JSON);
    var written = ObjectCodec.encode(json, Format.PROTOBUF, golden.kind());
    assertArrayEquals(golden.bytes(".pb"), written);
  }

  @Test
  void whatWeLackIsKnown() throws IOException {
    var lacking = new TreeSet<String>();
    for (var golden : served()) {
      lacking.addAll(golden.prune(golden.decoded(".json", Format.JSON)));
    }
    assertEquals(new TreeSet<>(LACKING), lacking);
  }

  private static Stream<Path> stems(Stream<Path> files) {
    return files
        .filter(file -> file.toString().endsWith(".json"))
        .map(file -> Path.of(file.toString().substring(0, file.toString().length() - 5)))
        .sorted();
  }

  /** The file {@code group.version.Kind}, where the kind is served; the core group is core. */
  private static Optional<Golden> golden(Path file) {
    var stem = file.getFileName().toString();
    var kindDot = stem.lastIndexOf('.');
    var versionDot = stem.lastIndexOf('.', kindDot - 1);
    var group = stem.substring(0, versionDot);
    return CATALOG
        .findKind(
            group.equals("core") ? "" : group,
            stem.substring(versionDot + 1, kindDot),
            stem.substring(kindDot + 1))
        .map(kind -> new Golden(file, kind));
  }

  private static void prune(Schema schema, JsonNode value, Set<String> lacking) {
    if (value.isArray()) {
      schema.items().ifPresent(items -> value.forEach(item -> prune(items, item, lacking)));
    } else if (value instanceof ObjectNode object && !schema.propertyNames().isEmpty()) {
      for (var name : List.copyOf(object.propertyNames())) {
        var property = schema.property(name);
        if (property.isPresent()) {
          prune(property.get(), object.path(name), lacking);
        } else {
          lacking.add(schema.definition().replace("io.k8s.api.", "") + "." + name);
          object.remove(name);
        }
      }
    } else {
      schema
          .additionalProperties()
          .ifPresent(values -> value.forEach(entry -> prune(values, entry, lacking)));
    }
  }
}
