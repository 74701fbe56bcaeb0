package dev.nauarch.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * The answer to a list.
 *
 * @param items the objects
 * @param resourceVersion where a watch goes on
 * @param <T> the kind's model
 */
public record ObjectList<T extends HasMetadata>(List<T> items, String resourceVersion) {}
