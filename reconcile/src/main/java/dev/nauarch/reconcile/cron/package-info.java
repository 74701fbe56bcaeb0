/** Jobs at set times. */
@NullMarked
package dev.nauarch.reconcile.cron;

import org.jspecify.annotations.NullMarked;
