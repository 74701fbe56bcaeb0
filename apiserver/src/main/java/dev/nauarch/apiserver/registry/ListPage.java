package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;

/**
 * A page of a list.
 *
 * @param objects in key order
 * @param revision the revision that the whole list shows
 * @param continueToken where the next page begins; empty for the last page
 * @param remaining how many objects follow; 0 for none, or where it is not known
 */
public record ListPage(
    List<StoredObject> objects, long revision, String continueToken, long remaining) {}
