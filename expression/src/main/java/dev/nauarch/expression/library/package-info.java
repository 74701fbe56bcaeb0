/**
 * The functions that Kubernetes adds to CEL. {@link
 * dev.nauarch.expression.library.KubernetesFunctions} is the list of them; the records beside it
 * are the values that they work on.
 */
@NullMarked
package dev.nauarch.expression.library;

import org.jspecify.annotations.NullMarked;
