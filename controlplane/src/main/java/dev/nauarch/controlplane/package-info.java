/** Live drivers of scheduling and reconcile. */
@NullMarked
package dev.nauarch.controlplane;

import org.jspecify.annotations.NullMarked;
