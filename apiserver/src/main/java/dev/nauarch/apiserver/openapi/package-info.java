/**
 * The OpenAPI v3 documents that kubectl explains, validates and patches by. Derived from the
 * catalog alone. Start at {@link dev.nauarch.apiserver.openapi.OpenApi}.
 */
@NullMarked
package dev.nauarch.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
