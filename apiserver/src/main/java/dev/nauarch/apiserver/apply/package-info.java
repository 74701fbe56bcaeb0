/**
 * Who owns which field of an object: server-side apply and {@code metadata.managedFields}. Start at
 * {@link dev.nauarch.apiserver.apply.FieldOwners}, which the request path calls on every write.
 *
 * <p>A set of fields ({@code FieldSet}) is a tree of path elements; a {@code Shape} says how a
 * value at some place merges; {@code FieldSetOf}, {@code Comparison}, {@code Merge} and {@code
 * Removal} each walk values along their shape. Nothing here reads a clock.
 */
@NullMarked
package dev.nauarch.apiserver.apply;

import org.jspecify.annotations.NullMarked;
