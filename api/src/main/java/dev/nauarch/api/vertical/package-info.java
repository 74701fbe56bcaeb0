/**
 * VerticalPodAutoscalers and their checkpoints, and what a recommendation makes of a pod: read by
 * the controller that recommends and resizes, and by admission, which fills in new pods.
 */
@NullMarked
package dev.nauarch.api.vertical;

import org.jspecify.annotations.NullMarked;
