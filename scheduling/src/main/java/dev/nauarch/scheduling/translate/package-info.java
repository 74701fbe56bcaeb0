/**
 * Pure translation between Kubernetes objects and what the cores know: objects to projections, and
 * commands to requests. A driver carries both and adds nothing.
 */
@NullMarked
package dev.nauarch.scheduling.translate;

import org.jspecify.annotations.NullMarked;
