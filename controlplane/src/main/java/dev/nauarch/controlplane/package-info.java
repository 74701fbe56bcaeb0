/**
 * Live drivers of the pure cores over a client: {@link dev.nauarch.controlplane.ControlPlane} runs
 * every controller, {@code reconcile} is their driver.
 */
@NullMarked
package dev.nauarch.controlplane;

import org.jspecify.annotations.NullMarked;
