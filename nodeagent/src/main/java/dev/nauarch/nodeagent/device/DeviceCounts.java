package dev.nauarch.nodeagent.device;

/**
 * How many devices of a resource a node has.
 *
 * @param capacity all of them
 * @param allocatable those that are healthy
 */
public record DeviceCounts(long capacity, long allocatable) {}
