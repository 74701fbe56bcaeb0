/**
 * NetworkPolicies on a node: which rules its pods need ({@link
 * dev.nauarch.nodeagent.network.policy.PolicyRules}, pure), and what keeps them in the kernel and
 * new pods waiting for theirs ({@link dev.nauarch.nodeagent.network.policy.PolicyWatch}).
 */
@NullMarked
package dev.nauarch.nodeagent.network.policy;

import org.jspecify.annotations.NullMarked;
