package dev.nauarch.nodeagent.runtime;

/**
 * What a container or sandbox has used.
 *
 * @param cpuNanos processor time so far
 * @param memoryBytes memory that can't be taken back without harm, now
 */
public record ResourceUsage(long cpuNanos, long memoryBytes) {}
