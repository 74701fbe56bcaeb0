/**
 * Which devices a claim gets (KEP-4381 and those that build on it). {@link
 * dev.nauarch.scheduling.device.DeviceBook} knows slices, classes and claims, {@link
 * dev.nauarch.scheduling.device.Allocator} chooses devices for claims on one node.
 */
@NullMarked
package dev.nauarch.scheduling.device;

import org.jspecify.annotations.NullMarked;
