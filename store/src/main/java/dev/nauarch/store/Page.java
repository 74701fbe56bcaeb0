package dev.nauarch.store;

import java.util.List;

/**
 * A run of entries in key order, as of one revision.
 *
 * @param entries at most as many as were asked for
 * @param revision the revision at which they were read
 * @param remaining how many more entries the range holds after these, 0 when this is the last page
 */
public record Page(List<Entry> entries, long revision, long remaining) {}
