/**
 * Ways from the API server to the agents of nodes: logs and commands in containers. Start at {@link
 * dev.nauarch.apiserver.stream.AgentConnections}.
 */
@NullMarked
package dev.nauarch.apiserver.stream;

import org.jspecify.annotations.NullMarked;
