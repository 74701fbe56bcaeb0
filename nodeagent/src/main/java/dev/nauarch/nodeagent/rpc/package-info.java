/**
 * gRPC over unix sockets, as plugins of a node speak it: start at {@link
 * dev.nauarch.nodeagent.rpc.UnixSockets}. Calls block, and belong on virtual threads.
 */
@NullMarked
package dev.nauarch.nodeagent.rpc;

import org.jspecify.annotations.NullMarked;
