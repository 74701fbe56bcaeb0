package dev.nauarch.apiserver.port;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a request shows to say who sends it.
 *
 * @param certificate the client's certificate, whose chain TLS has verified against the client CA
 * @param bearerToken the token of the {@code Authorization} header; empty for none
 */
public record Credentials(Optional<X509Certificate> certificate, String bearerToken) {}
