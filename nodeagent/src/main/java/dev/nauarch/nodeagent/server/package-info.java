/**
 * Answers the API server's questions about this node's pods over HTTPS: logs, commands inside
 * containers, what runs and what it uses. Paths and forms are the kubelet's.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.server.AgentServer}.
 */
@NullMarked
package dev.nauarch.nodeagent.server;

import org.jspecify.annotations.NullMarked;
