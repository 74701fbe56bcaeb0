package dev.nauarch.apiserver;

import dev.nauarch.apiserver.certificates.ClusterCertificates;
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
 * @param frontProxy how it proves to servers behind it that it speaks for its users, and by which
 *     authority others prove that to it
 */
public record ClusterOptions(
    ApiServerOptions server,
    Trust trust,
    ServiceAllocator.Options services,
    String serviceAddress,
    int servicePort,
    String advertisedAddress,
    ClusterCertificates.FrontProxy frontProxy) {}
