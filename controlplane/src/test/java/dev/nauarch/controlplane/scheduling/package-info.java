/** Tests of the scheduler together with what it works with. */
@NullMarked
package dev.nauarch.controlplane.scheduling;

import org.jspecify.annotations.NullMarked;
