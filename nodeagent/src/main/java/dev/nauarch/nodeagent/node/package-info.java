/**
 * Registers a machine as a Node, tells what it has, and says every few seconds that it lives.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.node.NodeHeartbeat}.
 */
@NullMarked
package dev.nauarch.nodeagent.node;

import org.jspecify.annotations.NullMarked;
