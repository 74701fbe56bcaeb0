package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.object.StoredObject;

/**
 * What a deletion did.
 *
 * @param object the object as it was last
 * @param isGone whether it is removed; it is only marked otherwise
 */
public record Deleted(StoredObject object, boolean isGone) {}
