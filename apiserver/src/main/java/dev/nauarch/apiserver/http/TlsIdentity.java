package dev.nauarch.apiserver.http;

import dev.nauarch.client.tls.TlsContexts;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Who one end of a TLS connection is, and whom it believes.
 *
 * @param chain its certificate, and those that vouch for it
 * @param key the certificate's private key
 * @param authorities the authorities whose certificates it believes
 */
public record TlsIdentity(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {

  /** Copies the lists. */
  public TlsIdentity {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
  }

  /** One that believes the certificates of one authority. */
  public TlsIdentity(List<X509Certificate> chain, PrivateKey key, X509Certificate authority) {
    this(chain, key, List.of(authority));
  }

  /**
   * A context that shows the certificate to clients, says whom it believes, and leaves it to its
   * user to believe what they show.
   */
  public SSLContext contextOfServer() {
    return TlsContexts.ofServer(new TlsContexts.Identity(chain, key), authorities);
  }

  /** A context that shows the certificate and believes the authority. */
  public SSLContext context() {
    return TlsContexts.of(Optional.of(new TlsContexts.Identity(chain, key)), authorities);
  }
}
