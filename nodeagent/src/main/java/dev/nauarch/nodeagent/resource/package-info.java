/**
 * What containers get of a machine for themselves: processors, memory and devices, near to each
 * other. Pure: the machine is data ({@link dev.nauarch.nodeagent.resource.MachineTopology}),
 * ledgers keep who has what, and {@link dev.nauarch.nodeagent.resource.TopologyAdmission} admits
 * pods. Upstream's policies, options, scores and words.
 */
@NullMarked
package dev.nauarch.nodeagent.resource;

import org.jspecify.annotations.NullMarked;
