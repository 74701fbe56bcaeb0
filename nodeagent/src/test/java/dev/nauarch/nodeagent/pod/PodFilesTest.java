package dev.nauarch.nodeagent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.ClusterDns;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodFilesTest {
  private static final Optional<ClusterDns> DNS =
      Optional.of(new ClusterDns("10.96.0.10", "cluster.local"));

  @Test
  void theKernelHasTheShortNameUnlessThePodWantsTheFullOne() throws Exception {
    assertEquals("a", PodFiles.kernelName(pod("train", false), DNS));
    assertEquals("a.train.default.svc.cluster.local", PodFiles.kernelName(pod("train", true), DNS));
    assertEquals("a", PodFiles.kernelName(pod(null, true), DNS));
    var tooLong = pod("x".repeat(63), true);
    assertThrows(ConfigFault.class, () -> PodFiles.kernelName(tooLong, DNS));
  }

  @Test
  void aPodFindsItselfByBothItsNames(@TempDir Path directory) throws Exception {
    new PodFiles(directory).write(pod("train", true), List.of("10.244.0.7"), DNS);
    var hosts = Files.readString(directory.resolve("hosts"));
    assertTrue(hosts.contains("10.244.0.7\ta.train.default.svc.cluster.local\ta\n"), hosts);
    assertEquals("a.train.default.svc.cluster.local", PodFiles.kernelName(pod("train", true), DNS));
  }

  private static Pod pod(@org.jspecify.annotations.Nullable String subdomain, boolean isFull) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("a")
        .endMetadata()
        .withNewSpec()
        .withSubdomain(subdomain)
        .withSetHostnameAsFQDN(isFull)
        .endSpec()
        .build();
  }
}
