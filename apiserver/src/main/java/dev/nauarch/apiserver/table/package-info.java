/**
 * Objects as rows of a table, which is what {@code kubectl get} prints, and as bare metadata.
 * Columns come from the catalog. Start at {@link dev.nauarch.apiserver.table.Tables}.
 */
@NullMarked
package dev.nauarch.apiserver.table;

import org.jspecify.annotations.NullMarked;
