package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.resource.NumaNodes;

/**
 * A device as its plugin tells of it.
 *
 * @param id its name among those of the same resource
 * @param healthy whether it may be given to somebody
 * @param near the NUMA nodes that it is near to; none where that is not known
 */
public record Device(String id, boolean healthy, NumaNodes near) {}
