package dev.nauarch.apiserver;

import dev.nauarch.apiserver.strategy.network.ServiceAllocator;

/**
 * How the server of a cluster runs.
 *
 * @param server how it listens
 * @param trust what it vouches with
 * @param services from where services get their addresses and ports
 * @param serviceAddress the service address of the Service {@code kubernetes}
 * @param servicePort its port
 * @param advertisedAddress where pods reach the server
 */
public record ClusterOptions(
    ApiServerOptions server,
    Trust trust,
    ServiceAllocator.Options services,
    String serviceAddress,
    int servicePort,
    String advertisedAddress) {}
