package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;

/**
 * The objects that were there when a watch began. They are kept apart from the channel's queue:
 * they may be more than it holds, and take no memory of their own.
 *
 * @param objects in key order
 * @param revision the revision of that moment
 * @param marksEnd whether a bookmark follows them
 */
record WatchBeginning(List<StoredObject> objects, long revision, boolean marksEnd) {}
