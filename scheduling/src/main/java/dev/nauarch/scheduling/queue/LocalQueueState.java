package dev.nauarch.scheduling.queue;

import dev.nauarch.api.ObjectKey;

/**
 * A namespace's door to a cluster queue.
 *
 * @param key its name
 * @param clusterQueue where it leads
 * @param stop whether it lets work through
 */
public record LocalQueueState(ObjectKey key, String clusterQueue, StopPolicy stop) {}
