package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;

/**
 * A PodGroup as the scheduler knows it.
 *
 * @param key its name
 * @param uid which group of that name
 * @param minCount how many pods must be placed together; 1 for a group without gang policy
 * @param priority of the whole group; of its pods where it states none
 * @param hasPriority whether it states a priority
 * @param created when it was made
 * @param disruptedWhole whether all of it is stopped when one of it must be
 * @param placement the committed decision; empty where there is none
 * @param bound whether it says that all of the placement is bound
 */
public record GangState(
    ObjectKey key,
    String uid,
    int minCount,
    int priority,
    boolean hasPriority,
    Instant created,
    boolean disruptedWhole,
    GangPlacement placement,
    boolean bound) {}
