/**
 * Subresources that are more than a part of their object: bindings, evictions, scales. They are
 * written in terms of the registry's verbs.
 */
@NullMarked
package dev.nauarch.apiserver.registry.subresource;

import org.jspecify.annotations.NullMarked;
