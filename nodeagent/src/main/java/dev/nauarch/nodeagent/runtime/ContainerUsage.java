package dev.nauarch.nodeagent.runtime;

import dev.nauarch.nodeagent.PodIdentity;

/**
 * What one running container uses.
 *
 * @param id the runtime's name of it
 * @param pod whose it is
 * @param container its name within the pod
 * @param use how much
 */
public record ContainerUsage(String id, PodIdentity pod, String container, ResourceUsage use) {}
