package dev.nauarch.nodeagent.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.nodeagent.Awaiting;
import dev.nauarch.nodeagent.FakeCluster;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalFoldersTest {
  @TempDir private Path directory;

  private final FakeCluster cluster = new FakeCluster();

  private Path volume(String name, String policy, String node, String... finalizers)
      throws IOException {
    var folder = Files.createDirectories(directory.resolve("volumes").resolve(name));
    Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(folder.resolve("a/b/file"), "kept?");
    Files.createSymbolicLink(folder.resolve("link"), directory.resolve("outside"));
    cluster.create(
        Resources.PERSISTENT_VOLUMES,
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .withDeletionTimestamp(Instant.now().toString())
            .addToAnnotations(LocalVolume.PROVISIONED_BY, LocalVolume.PROVISIONER)
            .withFinalizers(finalizers)
            .endMetadata()
            .withNewSpec()
            .withPersistentVolumeReclaimPolicy(policy)
            .withNewHostPath(folder.toString(), "")
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey("kubernetes.io/hostname")
            .withOperator("In")
            .withValues(node)
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .endSpec()
            .build());
    return folder;
  }

  private List<String> finalizers(String name) {
    return cluster
        .get(Resources.PERSISTENT_VOLUMES, new ObjectKey("", name))
        .orElseThrow()
        .getMetadata()
        .getFinalizers();
  }

  private void awaitLetGo(String name) throws InterruptedException {
    Awaiting.await(
        "the volume " + name + " was not let go",
        () -> !finalizers(name).contains(LocalVolume.FOLDER_FINALIZER));
  }

  @ParameterizedTest
  @CsvSource({"Delete,false", "Retain,true"})
  void theFolderOfADeletedVolumeGoesWhereThePolicyIsDelete(String policy, boolean isKept)
      throws Exception {
    Files.createDirectories(directory.resolve("outside"));
    Files.writeString(directory.resolve("outside/file"), "stays");
    var folder = volume("pvc-1", policy, "here", LocalVolume.FOLDER_FINALIZER);
    try (var _ = LocalFolders.start(cluster, "here")) {
      awaitLetGo("pvc-1");
    }
    assertEquals(isKept, Files.exists(folder.resolve("a/b/file")));
    assertEquals(isKept, Files.exists(folder));
    assertTrue(Files.exists(directory.resolve("outside/file")));
  }

  @Test
  void volumesInUseAndThoseOfOtherNodesAreLeftAlone() throws Exception {
    var bound =
        volume(
            "pvc-1", "Delete", "here", LocalVolume.IN_USE_FINALIZER, LocalVolume.FOLDER_FINALIZER);
    var there = volume("pvc-2", "Delete", "there", LocalVolume.FOLDER_FINALIZER);
    var gone = volume("pvc-3", "Delete", "here", LocalVolume.FOLDER_FINALIZER);
    try (var _ = LocalFolders.start(cluster, "here")) {
      awaitLetGo("pvc-3");
    }
    assertFalse(Files.exists(gone));
    assertTrue(Files.exists(bound) && Files.exists(there));
    assertEquals(2, finalizers("pvc-1").size());
    assertEquals(1, finalizers("pvc-2").size());
  }

  @Test
  void aPathThatIsNotTheVolumesOwnFolderIsNeverRemoved() throws Exception {
    var folder = volume("pvc-1", "Delete", "here", LocalVolume.FOLDER_FINALIZER);
    var key = new ObjectKey("", "pvc-1");
    var volume = cluster.get(Resources.PERSISTENT_VOLUMES, key).orElseThrow();
    volume.getSpec().getHostPath().setPath(directory.toString());
    cluster.update(Resources.PERSISTENT_VOLUMES, volume);
    try (var _ = LocalFolders.start(cluster, "here")) {
      awaitLetGo("pvc-1");
    }
    assertTrue(Files.exists(folder));
  }
}
