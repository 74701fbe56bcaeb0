/**
 * Devices of plugins that speak the device plugin interface, v1beta1. {@link
 * dev.nauarch.nodeagent.device.DeviceLedger} keeps, purely, which devices there are and who has
 * them; {@link dev.nauarch.nodeagent.device.DevicePlugins} talks with the plugins.
 */
@NullMarked
package dev.nauarch.nodeagent.device;

import org.jspecify.annotations.NullMarked;
