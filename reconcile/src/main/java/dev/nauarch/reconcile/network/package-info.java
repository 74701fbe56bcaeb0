/** Controllers of what Services lead to: EndpointSlices, and Endpoints for older readers. */
@NullMarked
package dev.nauarch.reconcile.network;

import org.jspecify.annotations.NullMarked;
