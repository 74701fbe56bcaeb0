/**
 * CEL as Kubernetes speaks it: compile an expression against typed variables, evaluate it under a
 * cost limit. Start at {@link dev.nauarch.expression.CelEnvironment}. It knows nothing of schemas
 * or objects; whoever uses it describes types with {@link dev.nauarch.expression.ValueType} and
 * gives values as Java's own: {@code Long}, {@code Double}, {@code Boolean}, {@code String}, {@code
 * List}, {@code Map}, {@code Instant}, {@code Duration}.
 *
 * <p>Nothing is loaded before the first expression is compiled.
 */
@NullMarked
package dev.nauarch.expression;

import org.jspecify.annotations.NullMarked;
