/**
 * Contexts for TLS connections of all parts: who one end is, and whom it believes. Start at {@link
 * dev.nauarch.client.tls.TlsContexts}.
 */
@NullMarked
package dev.nauarch.client.tls;

import org.jspecify.annotations.NullMarked;
