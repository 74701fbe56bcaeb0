package dev.nauarch.nodeagent.lifecycle;

import java.time.Duration;

/**
 * What a pod's status says about its node.
 *
 * @param hostIp the node's address
 * @param runtimeName what stands before the colon of a container's id, for example {@code process}
 * @param defaultGrace how long a pod without a wish of its own has to end
 */
public record NodeFacts(String hostIp, String runtimeName, Duration defaultGrace) {}
