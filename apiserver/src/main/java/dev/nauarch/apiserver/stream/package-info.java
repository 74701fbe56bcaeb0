/**
 * Ways from the API server to other servers: to the agents of nodes for logs and commands in
 * containers, and to what listens behind pods, services and nodes. Start at {@link
 * dev.nauarch.apiserver.stream.AgentConnections}.
 */
@NullMarked
package dev.nauarch.apiserver.stream;

import org.jspecify.annotations.NullMarked;
