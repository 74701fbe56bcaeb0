package dev.nauarch.client.remote;

import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.client.tls.TlsContexts;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The TLS context of a client: whom it trusts, and how it proves itself. */
public final class TlsContext {

  private TlsContext() {}

  /**
   * The context for a server.
   *
   * @throws IllegalArgumentException a certificate or key can't be read
   */
  public static SSLContext of(RemoteOptions options) {
    try {
      var own = identity(options.credentials());
      if (options.trustsAnyServer()) {
        return TlsContexts.believingEverybody(own);
      }
      return options.authority().isPresent()
          ? TlsContexts.of(own, PemKeys.certificates(options.authority().get()))
          : TlsContexts.ofMachine(own);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the credentials for " + options.server() + " can't be used: " + e.getMessage(), e);
    }
  }

  private static Optional<TlsContexts.Identity> identity(Credentials credentials)
      throws GeneralSecurityException {
    return switch (credentials) {
      case Credentials.Certificate(var certificate, var key) ->
          Optional.of(
              new TlsContexts.Identity(PemKeys.certificates(certificate), PemKeys.privateKey(key)));
      case Credentials.Rotating(var current) -> Optional.of(current.get());
      case Credentials.Token _, Credentials.Anonymous _ -> Optional.empty();
    };
  }
}
