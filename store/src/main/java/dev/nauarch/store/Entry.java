package dev.nauarch.store;

/**
 * One value at one revision. The value's bytes are shared and must not be changed.
 *
 * @param key the full key, for example {@code /registry/pods/default/web-0}
 * @param value the stored bytes
 * @param createRevision the revision that created the key
 * @param revision the revision that last wrote it
 */
public record Entry(String key, byte[] value, long createRevision, long revision) {}
