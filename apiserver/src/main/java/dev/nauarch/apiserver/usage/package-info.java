/**
 * What nodes and pods use: the group {@code metrics.k8s.io}, from what the agents of nodes measure
 * and from what pods on simulated nodes are said to use. Start at {@link
 * dev.nauarch.apiserver.usage.UsageMetrics}. {@link dev.nauarch.apiserver.usage.DeviceMetrics}
 * tells of the accelerators of simulated nodes.
 */
@NullMarked
package dev.nauarch.apiserver.usage;

import org.jspecify.annotations.NullMarked;
