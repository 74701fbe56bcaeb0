/** Tests of tables that are kept by differences. */
@NullMarked
package dev.nauarch.nodeagent.network.nft;

import org.jspecify.annotations.NullMarked;
