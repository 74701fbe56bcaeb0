/**
 * The HTTP data path: Gateways of class {@code nauarch}, their HTTPRoutes, and InferencePools whose
 * replica is chosen request by request. Decisions are made in {@code dev.nauarch.routing}; here are
 * sockets, watches and clocks. Start at {@link dev.nauarch.gateway.ModelGateway}.
 */
@NullMarked
package dev.nauarch.gateway;

import org.jspecify.annotations.NullMarked;
