/**
 * Says who sends a request, from its client certificate or its bearer token, and hands out the
 * tokens of service accounts. Start at {@link
 * dev.nauarch.apiserver.authentication.ClusterAuthenticator}. May import {@code port} and {@code
 * certificates} only.
 */
@NullMarked
package dev.nauarch.apiserver.authentication;

import org.jspecify.annotations.NullMarked;
