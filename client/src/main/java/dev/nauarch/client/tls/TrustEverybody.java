package dev.nauarch.client.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Does not check who the other end is, and may say whose certificates it would like to see. */
final class TrustEverybody extends X509ExtendedTrustManager {

  private final List<X509Certificate> wanted;

  /** Names these authorities to clients. */
  TrustEverybody(List<X509Certificate> wanted) {
    this.wanted = List.copyOf(wanted);
  }

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
    return wanted.toArray(X509Certificate[]::new);
  }
}
