package dev.nauarch.apiserver;

import dev.nauarch.apiserver.audit.AuditOptions;
import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a server runs.
 *
 * @param hosts the addresses to listen on, all at the same port
 * @param port the port; 0 for any free one
 * @param identity what it shows to clients, and whose client certificates it believes
 * @param agentIdentity what it shows to node agents, and whose serving certificates it believes
 * @param emulatedVersion the version of Kubernetes whose API it serves, as {@code major.minor}
 * @param readsInMemory whether the store answers reads from memory, so that a read may be done on
 *     the thread that received it
 * @param audit how requests are written down; empty for not at all
 * @param encryption what it encrypts in its store
 * @param patience how long a connection may stand still in the middle of a request or of an answer
 *     before it is closed
 */
public record ApiServerOptions(
    List<String> hosts,
    int port,
    TlsIdentity identity,
    TlsIdentity agentIdentity,
    String emulatedVersion,
    boolean readsInMemory,
    Optional<AuditOptions> audit,
    Encryption encryption,
    Duration patience) {

  /** A server that writes nothing down and encrypts nothing. */
  public ApiServerOptions(
      List<String> hosts,
      int port,
      TlsIdentity identity,
      TlsIdentity agentIdentity,
      String emulatedVersion,
      boolean readsInMemory,
      Duration patience) {
    this(
        hosts,
        port,
        identity,
        agentIdentity,
        emulatedVersion,
        readsInMemory,
        Optional.empty(),
        Encryption.none(),
        patience);
  }

  /** Enough for any client that is there at all. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The same with another patience. */
  public ApiServerOptions with(Duration otherPatience) {
    return new ApiServerOptions(
        hosts,
        port,
        identity,
        agentIdentity,
        emulatedVersion,
        readsInMemory,
        audit,
        encryption,
        otherPatience);
  }

  /** The same that encrypts. */
  public ApiServerOptions with(Encryption encrypting) {
    return new ApiServerOptions(
        hosts,
        port,
        identity,
        agentIdentity,
        emulatedVersion,
        readsInMemory,
        audit,
        encrypting,
        patience);
  }

  /** The same that has requests written down. */
  public ApiServerOptions with(AuditOptions auditing) {
    return new ApiServerOptions(
        hosts,
        port,
        identity,
        agentIdentity,
        emulatedVersion,
        readsInMemory,
        Optional.of(auditing),
        encryption,
        patience);
  }
}
