package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.object.StoredObject;

/**
 * What a write that may create an object left.
 *
 * @param object the object as it is stored
 * @param isNew whether it was created
 */
public record Written(StoredObject object, boolean isNew) {}
