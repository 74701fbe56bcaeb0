/**
 * Who is served next when there are more requests than seats: fair queues, hands of queues for
 * flows, and how levels lend seats to each other. Pure: a function of what happens and of the time
 * that is given with it; no clock, no threads, no chance. After KEP-1040 of Kubernetes, which has
 * the reasons. {@link dev.nauarch.apiserver.flowcontrol} is the shell around it.
 */
@NullMarked
package dev.nauarch.apiserver.fairness;

import org.jspecify.annotations.NullMarked;
