package dev.nauarch.apiserver.port;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a request shows to say who sends it.
 *
 * @param chain the client's certificate, whose key TLS has seen it has, and those that vouch for
 *     it; nobody has checked yet who signed them; empty for none
 * @param bearerToken the token of the {@code Authorization} header; empty for none
 * @param headers the request's headers, in which a front proxy says for whom it asks
 */
public record Credentials(List<X509Certificate> chain, String bearerToken, Headers headers) {

  /** Copies the list. */
  public Credentials {
    chain = List.copyOf(chain);
  }

  /** What a request shows that no front proxy has sent. */
  public Credentials(List<X509Certificate> chain, String bearerToken) {
    this(chain, bearerToken, Headers.NONE);
  }
}
