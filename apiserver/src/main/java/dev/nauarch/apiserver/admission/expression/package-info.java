/**
 * Expressions about requests on their way through admission: the variables that they read, and what
 * they may cost. Start at {@link dev.nauarch.apiserver.admission.expression.RequestExpressions}.
 */
@NullMarked
package dev.nauarch.apiserver.admission.expression;

import org.jspecify.annotations.NullMarked;
