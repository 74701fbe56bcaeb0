package dev.nauarch.store.history;

import dev.nauarch.store.StoreEvent;
import java.util.List;

/**
 * The events under a prefix within a run of revisions.
 *
 * @param events the events, oldest first
 * @param throughRevision the revision up to which all of them are here
 */
public record EventRun(List<StoreEvent> events, long throughRevision) {}
