/**
 * SPDY 3.1 as Kubernetes uses it: several streams on one connection, for commands and ports.
 *
 * <p>{@link dev.nauarch.nodeagent.spdy.SpdyConnection} is one side of a connection, whatever
 * carries its bytes.
 */
@NullMarked
package dev.nauarch.nodeagent.spdy;

import org.jspecify.annotations.NullMarked;
