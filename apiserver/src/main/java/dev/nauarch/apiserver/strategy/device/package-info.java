/**
 * The rules of devices: classes, claims and their status, slices, taints. Start at {@link
 * dev.nauarch.apiserver.strategy.device.ClaimRules}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.device;

import org.jspecify.annotations.NullMarked;
