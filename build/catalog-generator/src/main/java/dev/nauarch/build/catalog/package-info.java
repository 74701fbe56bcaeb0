/**
 * Makes the resource catalog while the {@code api} module is built: facts that a library carries
 * (fields, field numbers, list types, merge keys, descriptions) are extracted from its sources,
 * everything else comes from the hand-written files in {@code api/src/main/catalog}. Start at
 * {@link dev.nauarch.build.catalog.CatalogGenerator}. Runs in the build only; nothing imports it.
 */
@NullMarked
package dev.nauarch.build.catalog;

import org.jspecify.annotations.NullMarked;
