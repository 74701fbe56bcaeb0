package dev.nauarch.nodeagent;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a pod is on the network.
 *
 * @param ip the address that other pods reach it at
 * @param namespace the file of its network namespace, as {@code nsenter --net} takes it; empty
 *     where it shares the host's
 */
public record PodAddress(String ip, Optional<Path> namespace) {}
