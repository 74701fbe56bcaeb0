/**
 * The network of a node's pods, as root: a namespace and an address for each pod ({@link
 * dev.nauarch.nodeagent.network.RoutedNetwork}), and cluster IPs and node ports through nftables
 * ({@link dev.nauarch.nodeagent.network.ServiceProxy}).
 */
@NullMarked
package dev.nauarch.nodeagent.network;

import org.jspecify.annotations.NullMarked;
