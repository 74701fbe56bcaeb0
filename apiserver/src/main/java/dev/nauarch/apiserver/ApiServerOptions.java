package dev.nauarch.apiserver;

import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.audit.AuditOptions;
import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.flowcontrol.LoadOptions;
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
 * @param plugins which parts of admission are switched on
 * @param audit how requests are written down; empty for not at all
 * @param encryption what it encrypts in its store
 * @param load how much it does at once
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
    AdmissionPlugins plugins,
    Optional<AuditOptions> audit,
    Encryption encryption,
    LoadOptions load,
    Duration patience) {

  /** A server with the usual admission that writes nothing down and encrypts nothing. */
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
        AdmissionPlugins.DEFAULT,
        Optional.empty(),
        Encryption.none(),
        LoadOptions.DEFAULT,
        patience);
  }

  /** Enough for any client that is there at all. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The same with another patience. */
  public ApiServerOptions with(Duration otherPatience) {
    return changed(plugins, audit, encryption, load, otherPatience);
  }

  /** The same that encrypts. */
  public ApiServerOptions with(Encryption encrypting) {
    return changed(plugins, audit, encrypting, load, patience);
  }

  /** The same that has requests written down. */
  public ApiServerOptions with(AuditOptions auditing) {
    return changed(plugins, Optional.of(auditing), encryption, load, patience);
  }

  /** The same that does another amount at once. */
  public ApiServerOptions with(LoadOptions otherLoad) {
    return changed(plugins, audit, encryption, otherLoad, patience);
  }

  /** The same with other admission. */
  public ApiServerOptions with(AdmissionPlugins others) {
    return changed(others, audit, encryption, load, patience);
  }

  private ApiServerOptions changed(
      AdmissionPlugins newPlugins,
      Optional<AuditOptions> newAudit,
      Encryption newEncryption,
      LoadOptions newLoad,
      Duration newPatience) {
    return new ApiServerOptions(
        hosts,
        port,
        identity,
        agentIdentity,
        emulatedVersion,
        readsInMemory,
        newPlugins,
        newAudit,
        newEncryption,
        newLoad,
        newPatience);
  }
}
