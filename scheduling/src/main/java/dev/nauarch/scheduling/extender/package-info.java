/**
 * Asking those outside about pods who help a scheduler over HTTP. Start with {@link
 * dev.nauarch.scheduling.extender.Consultations}.
 */
@NullMarked
package dev.nauarch.scheduling.extender;

import org.jspecify.annotations.NullMarked;
