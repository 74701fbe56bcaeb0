package dev.nauarch.apiserver.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a node's agent has measured between two looks.
 *
 * @param at when
 * @param window over how long
 * @param node what the whole node uses; empty where that is not known
 * @param containers what each container uses
 */
record Measured(
    Instant at, Duration window, Optional<Usage> node, Map<ContainerKey, Usage> containers) {

  /** A container of a pod. */
  record ContainerKey(String namespace, String pod, String container) {}
}
