/**
 * API priority and fairness: the objects that configure it, which request belongs to which flow,
 * and the threads that wait their turn. Who is next is decided in {@link
 * dev.nauarch.apiserver.fairness}; start at {@link dev.nauarch.apiserver.flowcontrol.FlowControl}.
 */
@NullMarked
package dev.nauarch.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
