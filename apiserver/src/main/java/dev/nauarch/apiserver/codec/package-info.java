/**
 * Bytes to object trees and back: JSON, YAML, and protobuf by the field numbers of the catalog.
 * Start at {@link dev.nauarch.apiserver.codec.Format} and {@link
 * dev.nauarch.apiserver.codec.ObjectCodec}. Whether an object has the form of its kind is the
 * business of the package {@code schema}.
 */
@NullMarked
package dev.nauarch.apiserver.codec;

import org.jspecify.annotations.NullMarked;
