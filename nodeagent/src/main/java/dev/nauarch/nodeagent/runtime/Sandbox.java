package dev.nauarch.nodeagent.runtime;

import dev.nauarch.nodeagent.PodIdentity;
import java.time.Instant;
import java.util.List;

/**
 * The surroundings of one pod as a runtime has them.
 *
 * @param id the runtime's name of it
 * @param pod whose it is
 * @param attempt which of the pod's sandboxes it is
 * @param isReady whether containers can run in it; one that is not has to be stopped
 * @param addresses the pod's addresses, the first of the cluster's first family; empty on the
 *     host's network
 * @param createdAt when it was made
 */
public record Sandbox(
    String id,
    PodIdentity pod,
    int attempt,
    boolean isReady,
    List<String> addresses,
    Instant createdAt) {}
