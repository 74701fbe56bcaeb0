/**
 * The resource catalog: every kind as data. Start at {@link dev.nauarch.api.catalog.Kind} and
 * {@link dev.nauarch.api.catalog.Schema}.
 */
@NullMarked
package dev.nauarch.api.catalog;

import org.jspecify.annotations.NullMarked;
