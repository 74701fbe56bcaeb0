package dev.nauarch.apiserver.port;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a request shows to say who sends it.
 *
 * @param chain the client's certificate, whose key TLS has seen it has, and those that vouch for
 *     it; nobody has checked yet who signed them; empty for none
 * @param bearerToken the token of the {@code Authorization} header; empty for none
 */
public record Credentials(List<X509Certificate> chain, String bearerToken) {

  /** Copies the list. */
  public Credentials {
    chain = List.copyOf(chain);
  }
}
