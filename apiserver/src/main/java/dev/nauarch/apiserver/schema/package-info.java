/**
 * Whether an object has the form of its kind, and what is filled in where it leaves something out.
 * Pure functions over an object tree and a kind. Start at {@link
 * dev.nauarch.apiserver.schema.ObjectForm}, which names the steps in the order in which a write
 * takes them.
 */
@NullMarked
package dev.nauarch.apiserver.schema;

import org.jspecify.annotations.NullMarked;
