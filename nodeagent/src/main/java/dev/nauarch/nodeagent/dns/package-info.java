/**
 * Cluster DNS on the node: {@link dev.nauarch.nodeagent.dns.ClusterZone} decides what a name means,
 * {@link dev.nauarch.nodeagent.dns.DnsServer} speaks the protocol and passes other names on.
 */
@NullMarked
package dev.nauarch.nodeagent.dns;

import org.jspecify.annotations.NullMarked;
