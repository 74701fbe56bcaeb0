/**
 * Tokens of others: people who an OpenID Connect issuer knows. {@link
 * dev.nauarch.apiserver.oidc.IssuerFile} reads which issuers are believed and how their claims
 * become users; {@link dev.nauarch.apiserver.oidc.IssuerTokens} checks tokens of one issuer, by
 * keys that {@link dev.nauarch.apiserver.oidc.IssuerKeys} fetches from it.
 */
@NullMarked
package dev.nauarch.apiserver.oidc;

import org.jspecify.annotations.NullMarked;
