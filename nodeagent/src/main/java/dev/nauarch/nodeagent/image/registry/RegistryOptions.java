package dev.nauarch.nodeagent.image.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How registries are asked.
 *
 * @param plainRegistries registries that are asked without TLS; those on loopback are anyway,
 *     unless there is a certificate for them
 * @param certificates directories in which {@code REGISTRY/ca.crt} is whom to trust for a registry
 * @param attempts how often a registry that fails is asked
 * @param pause before the second attempt; twice as long before each that follows
 * @param stall after how long without a byte an answer is given up
 */
public record RegistryOptions(
    Set<String> plainRegistries,
    List<Path> certificates,
    int attempts,
    Duration pause,
    Duration stall) {

  /** What is right for most machines. */
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(
          Set.of(),
          List.of(Path.of("/etc/containerd/certs.d"), Path.of("/etc/docker/certs.d")),
          5,
          Duration.ofMillis(500),
          Duration.ofMinutes(1));
}
