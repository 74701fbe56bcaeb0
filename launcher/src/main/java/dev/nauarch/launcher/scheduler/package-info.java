/** How somebody says how pods are to be scheduled. */
@NullMarked
package dev.nauarch.launcher.scheduler;

import org.jspecify.annotations.NullMarked;
