/**
 * What the request path of the API server asks of its parts: who sends a request, whether it may,
 * what changes it, and what is peculiar to a kind. The request path ({@code http}, {@code request},
 * {@code registry}) calls these ports; authentication, authorization, admission and the strategies
 * implement them; {@code ApiServer} wires them. May not import any of those packages.
 *
 * <p>Order of a write: decode and default, {@link Authenticator}, {@link Authorizer}, {@link
 * Admission#mutate}, {@link Strategy#prepareForCreate} or {@link Strategy#prepareForUpdate}, schema
 * and {@link Strategy#validate}, {@link Admission#validate}, {@link Strategy#reserve}, store.
 */
@NullMarked
package dev.nauarch.apiserver.port;

import org.jspecify.annotations.NullMarked;
