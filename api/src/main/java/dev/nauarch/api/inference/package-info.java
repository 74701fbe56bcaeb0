/** Typed models of {@code inference.networking.k8s.io}: pools of model servers. */
@NullMarked
package dev.nauarch.api.inference;

import org.jspecify.annotations.NullMarked;
