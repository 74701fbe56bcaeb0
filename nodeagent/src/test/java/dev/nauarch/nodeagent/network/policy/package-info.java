/** Tests of network policies. */
@NullMarked
package dev.nauarch.nodeagent.network.policy;

import org.jspecify.annotations.NullMarked;
