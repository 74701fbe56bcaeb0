/**
 * What a pod's containers get of their machine besides time and memory: devices, processors of
 * their own, claims. The port is {@link dev.nauarch.nodeagent.equipment.Equipment}; {@link
 * dev.nauarch.nodeagent.equipment.NodeEquipment} is the one of a real machine.
 */
@NullMarked
package dev.nauarch.nodeagent.equipment;

import org.jspecify.annotations.NullMarked;
