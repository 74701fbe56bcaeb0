package dev.nauarch.apiserver.stream;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A server that requests are passed on to.
 *
 * @param host the address to connect to
 * @param port its port
 * @param tls how to speak TLS with it; empty for plain HTTP
 */
public record Destination(String host, int port, Optional<Tls> tls) {

  /**
   * How to speak TLS.
   *
   * @param context what is shown, and who is believed
   * @param name the name that the server's certificate must bear; empty where any will do
   */
  public record Tls(SSLContext context, String name) {}

  /** A server that shows a certificate for the address at which it is reached. */
  public static Destination secure(String host, int port, SSLContext context) {
    return new Destination(host, port, Optional.of(new Tls(context, host)));
  }

  /** For URLs: an IPv6 address stands in brackets. */
  public String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
