/** Claims of devices: made of templates for pods, and given back when nobody uses them any more. */
@NullMarked
package dev.nauarch.reconcile.device;

import org.jspecify.annotations.NullMarked;
