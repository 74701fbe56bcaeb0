package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Credentials;
import java.time.InstantSource;
import java.util.List;

/**
 * Knows senders by their client certificate, or else by the token of a service account. A request
 * that shows neither is nobody's, and what anybody may do is authorization's to say.
 */
public final class ClusterAuthenticator implements Authenticator {

  private final ClientCertificates certificates;
  private final ServiceAccountTokens tokens;

  /** An authenticator that checks tokens with these. */
  public ClusterAuthenticator(ServiceAccountTokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.certificates = new ClientCertificates(clock);
  }

  @Override
  public Authentication authenticate(Credentials credentials) {
    if (credentials.certificate().isPresent()) {
      return certificates.authenticate(credentials.certificate().get());
    }
    return credentials.bearerToken().isEmpty()
        ? new Authentication.None()
        : tokens.authenticate(credentials.bearerToken(), List.of(ServiceAccountTokens.ISSUER));
  }
}
