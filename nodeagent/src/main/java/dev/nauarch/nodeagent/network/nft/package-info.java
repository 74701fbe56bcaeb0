/**
 * Tables of nftables that are kept as somebody wants them by sending differences alone: what a
 * table shall hold ({@link dev.nauarch.nodeagent.network.nft.Ruleset}, pure) and what brings the
 * kernel there ({@link dev.nauarch.nodeagent.network.nft.KernelTable}).
 */
@NullMarked
package dev.nauarch.nodeagent.network.nft;

import org.jspecify.annotations.NullMarked;
