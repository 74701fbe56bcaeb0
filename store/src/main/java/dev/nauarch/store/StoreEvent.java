package dev.nauarch.store;

import java.util.Optional;

/**
 * One committed change, as a watcher sees it.
 *
 * @param key the changed key
 * @param revision the change's revision
 * @param current the entry after the change; empty for a deletion
 * @param previous the entry before the change; empty for a creation
 */
public record StoreEvent(
    String key, long revision, Optional<Entry> current, Optional<Entry> previous) {}
