/**
 * The rules of services, endpoints and routes, and the addresses and ports that services take.
 * Start at {@link dev.nauarch.apiserver.strategy.network.ServiceStrategy}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.network;

import org.jspecify.annotations.NullMarked;
