package dev.nauarch.client.remote;

import dev.nauarch.client.tls.TlsContexts;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where an API server is and how to prove who asks. PEM texts are contents, not file names.
 *
 * @param server the server's address, for example {@code https://127.0.0.1:6443}
 * @param authority PEM certificates that vouch for the server; empty for the machine's own
 * @param credentials who asks
 * @param trustsAnyServer whether the server's certificate goes unchecked; for experiments only
 * @param timeout how long a request that is not a watch may take
 */
public record RemoteOptions(
    URI server,
    Optional<String> authority,
    Credentials credentials,
    boolean trustsAnyServer,
    Duration timeout) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Proof of who asks. */
  public sealed interface Credentials {

    /** Nobody in particular. */
    record Anonymous() implements Credentials {}

    /**
     * A client certificate.
     *
     * @param certificate PEM certificates, the client's own first
     * @param key PEM private key: PKCS #8, PKCS #1 or SEC 1, not encrypted
     */
    record Certificate(String certificate, String key) implements Credentials {
      @Override
      public String toString() {
        return "Certificate[key hidden]";
      }
    }

    /**
     * A client certificate that is replaced from time to time.
     *
     * @param current gives the one of the moment, for each set of connections; see {@link
     *     RemoteClient#reconnect}
     */
    record Rotating(Supplier<TlsContexts.Identity> current) implements Credentials {}

    /**
     * A bearer token.
     *
     * @param source gives the token for each request, so that a rotated one is taken up
     */
    record Token(TokenSource source) implements Credentials {}
  }

  /** Where a bearer token comes from. */
  @FunctionalInterface
  public interface TokenSource {

    /** The token of this moment. */
    String token();
  }

  /** A server that proves itself by these certificates, with the default timeout. */
  public static RemoteOptions of(URI server, String authority, Credentials credentials) {
    return new RemoteOptions(server, Optional.of(authority), credentials, false, DEFAULT_TIMEOUT);
  }

  /** A server with everything that a kubeconfig may say. */
  static RemoteOptions of(
      URI server, Optional<String> authority, Credentials credentials, boolean trustsAnyServer) {
    return new RemoteOptions(server, authority, credentials, trustsAnyServer, DEFAULT_TIMEOUT);
  }
}
