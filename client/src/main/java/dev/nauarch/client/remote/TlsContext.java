package dev.nauarch.client.remote;

import dev.nauarch.client.remote.RemoteOptions.Credentials;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the TLS context of a client: whom it trusts, and how it proves itself. */
public final class TlsContext {

  private static final char[] NO_PASSWORD = new char[0];

  private TlsContext() {}

  /**
   * The context for a server.
   *
   * @throws IllegalArgumentException a certificate or key can't be read
   */
  public static SSLContext of(RemoteOptions options) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys(options.credentials()), trust(options), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "the credentials for " + options.server() + " can't be used: " + e.getMessage(), e);
    }
  }

  private static KeyManager[] keys(Credentials credentials)
      throws GeneralSecurityException, IOException {
    if (!(credentials instanceof Credentials.Certificate(var certificate, var key))) {
      return new KeyManager[0];
    }
    var store = emptyStore();
    var chain = PemKeys.certificates(certificate).toArray(new Certificate[0]);
    store.setKeyEntry("client", PemKeys.privateKey(key), NO_PASSWORD, chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(RemoteOptions options)
      throws GeneralSecurityException, IOException {
    if (options.trustsAnyServer()) {
      return new TrustManager[] {new TrustEverybody()};
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (options.authority().isPresent()) {
      var store = emptyStore();
      int index = 0;
      for (var certificate : PemKeys.certificates(options.authority().get())) {
        store.setCertificateEntry("authority-" + index++, certificate);
      }
      factory.init(store);
    } else {
      factory.init((KeyStore) null);
    }
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** What a kubeconfig's {@code insecure-skip-tls-verify} asks for. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
