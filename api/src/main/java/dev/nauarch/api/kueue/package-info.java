/**
 * Typed models of the queue kinds of {@code kueue.x-k8s.io/v1beta2}: the fields that are acted
 * upon. Writers patch, and so leave alone the fields that these models do not know.
 */
@NullMarked
package dev.nauarch.api.kueue;

import org.jspecify.annotations.NullMarked;
