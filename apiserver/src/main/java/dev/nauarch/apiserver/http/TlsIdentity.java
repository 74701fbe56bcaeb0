package dev.nauarch.apiserver.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who one end of a TLS connection is, and whom it believes.
 *
 * @param chain its certificate, and those that vouch for it
 * @param key the certificate's private key
 * @param authority the authority whose certificates it believes
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key, X509Certificate authority) {

  /** Copies the chain. */
  public TlsIdentity {
    chain = List.copyOf(chain);
  }

  /** A context that shows the certificate and believes the authority. */
  public SSLContext context() {
    try {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("own", key, new char[0], chain.toArray(X509Certificate[]::new));
      var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, new char[0]);
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority);
      var trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the TLS certificate or key can't be used", e);
    }
  }
}
