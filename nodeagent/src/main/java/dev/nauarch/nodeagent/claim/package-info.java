/**
 * Claims of devices on their node (dynamic resource allocation): drivers make them ready before a
 * pod's containers start and are told when nobody uses them any more. {@link
 * dev.nauarch.nodeagent.claim.ClaimBook} keeps, purely, which pods use which claims; {@link
 * dev.nauarch.nodeagent.claim.PodClaims} talks with the cluster and the drivers.
 */
@NullMarked
package dev.nauarch.nodeagent.claim;

import org.jspecify.annotations.NullMarked;
