package dev.nauarch.nodeagent;

/**
 * The cluster's name server as pods see it.
 *
 * @param server its address
 * @param domain the cluster's domain, for example {@code cluster.local}
 */
public record ClusterDns(String server, String domain) {}
