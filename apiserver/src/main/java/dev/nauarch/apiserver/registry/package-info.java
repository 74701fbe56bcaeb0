/**
 * The verbs of the API over the store: get, list, watch, create, update, patch, delete, for every
 * kind alike. What is peculiar to a kind comes from its schema and its {@link
 * dev.nauarch.apiserver.port.Strategy}. Callers are authenticated and authorized before they come
 * here; admission happens here. Start at {@link dev.nauarch.apiserver.registry.Registry}.
 */
@NullMarked
package dev.nauarch.apiserver.registry;

import org.jspecify.annotations.NullMarked;
