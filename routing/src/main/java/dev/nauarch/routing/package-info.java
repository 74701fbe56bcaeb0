/**
 * Pure routing decisions: which rule of which HTTPRoute a request meets ({@link
 * dev.nauarch.routing.RouteTable}), and which replica of a pool serves it best ({@link
 * dev.nauarch.routing.EndpointPicker}). It may not import anything that does IO, reads a clock or
 * starts a thread.
 */
@NullMarked
package dev.nauarch.routing;

import org.jspecify.annotations.NullMarked;
