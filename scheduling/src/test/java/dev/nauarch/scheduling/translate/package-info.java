/** Contracts of the translation between Kubernetes objects and projections. */
@NullMarked
package dev.nauarch.scheduling.translate;

import org.jspecify.annotations.NullMarked;
