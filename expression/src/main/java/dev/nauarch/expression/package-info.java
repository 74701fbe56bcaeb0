/** CEL with the Kubernetes functions. */
@NullMarked
package dev.nauarch.expression;

import org.jspecify.annotations.NullMarked;
