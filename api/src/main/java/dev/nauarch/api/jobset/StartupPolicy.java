package dev.nauarch.api.jobset;

import java.io.Serializable;

/**
 * In which order the groups of a JobSet start.
 *
 * @param startupPolicyOrder {@code AnyOrder} or {@code InOrder}
 */
public record StartupPolicy(String startupPolicyOrder) implements Serializable {}
