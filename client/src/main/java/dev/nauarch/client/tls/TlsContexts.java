package dev.nauarch.client.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes TLS contexts, without key stores on disk. */
public final class TlsContexts {

  private TlsContexts() {}

  /**
   * Who one end is.
   *
   * @param chain its certificate, and those that vouch for it
   * @param key the certificate's private key
   */
  public record Identity(List<X509Certificate> chain, PrivateKey key) {

    /** Copies the chain. */
    public Identity {
      chain = List.copyOf(chain);
    }
  }

  /**
   * A context that believes these authorities.
   *
   * @param own what it shows; empty for an end that shows nothing
   * @throws IllegalArgumentException a certificate can't be used
   */
  public static SSLContext of(Optional<Identity> own, List<X509Certificate> authorities) {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (var i = 0; i < authorities.size(); i++) {
        trusted.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      return of(own, trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(e);
    }
  }

  /** A context that believes the authorities of the machine. */
  public static SSLContext ofMachine(Optional<Identity> own) {
    try {
      return of(own, (KeyStore) null);
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /**
   * The context of a server that asks its clients for certificates of these authorities and checks
   * by itself what they show.
   */
  public static SSLContext ofServer(Identity own, List<X509Certificate> authorities) {
    try {
      return of(Optional.of(own), new TrustManager[] {new TrustEverybody(authorities)});
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /** A context that believes everybody. */
  public static SSLContext believingEverybody(Optional<Identity> own) {
    try {
      return of(own, new TrustManager[] {new TrustEverybody(List.of())});
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  private static SSLContext of(Optional<Identity> own, @Nullable KeyStore trusted)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return of(own, factory.getTrustManagers());
  }

  private static SSLContext of(Optional<Identity> own, TrustManager[] trust)
      throws GeneralSecurityException {
    var keys = own.map(identity -> new KeyManager[] {new OwnKey(identity)});
    var context = SSLContext.getInstance("TLS");
    context.init(keys.orElseGet(() -> new KeyManager[0]), trust, null);
    return context;
  }

  private static IllegalArgumentException unusable(Exception cause) {
    return new IllegalArgumentException("the TLS certificate or key can't be used", cause);
  }
}
