package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenAuthenticator.Found;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Credentials;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/**
 * Knows senders by their client certificate, or else by their token. A request that shows neither
 * is nobody's, and what anybody may do is authorization's to say.
 */
public final class ClusterAuthenticator implements Authenticator {

  private final ClientCertificates certificates;
  private final TokenAuthenticator tokens;

  /** An authenticator that believes certificates of an authority, and these tokens. */
  public ClusterAuthenticator(
      X509Certificate authority, TokenAuthenticator tokens, InstantSource clock) {
    this.tokens = tokens;
    this.certificates = new ClientCertificates(authority, clock);
  }

  @Override
  public Authentication authenticate(Credentials credentials) {
    var byCertificate =
        credentials.chain().isEmpty()
            ? new Authentication.None()
            : certificates.authenticate(credentials.chain());
    if (byCertificate instanceof Authentication.Known || credentials.bearerToken().isEmpty()) {
      return byCertificate;
    }
    return switch (tokens.find(credentials.bearerToken(), List.of(ServiceAccountTokens.ISSUER))) {
      case Found.Bearer(var user, var audiences) -> new Authentication.Known(user);
      case Found.Bad(var reason) -> new Authentication.Rejected(reason);
      case Found.Nothing() -> new Authentication.Rejected("nobody knows the token");
    };
  }
}
