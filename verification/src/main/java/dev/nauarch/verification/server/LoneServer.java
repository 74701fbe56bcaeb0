package dev.nauarch.verification.server;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.ApiServer;
import dev.nauarch.apiserver.ApiServerOptions;
import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.Trust;
import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.network.AddressRange;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.launcher.Version;
import dev.nauarch.store.embedded.EmbeddedStore;
import dev.nauarch.store.embedded.EmbeddedStoreOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An API server over a durable store of its own, in this process, with neither controllers nor
 * scheduler nor nodes. Closing it removes all that it stored.
 */
public final class LoneServer implements AutoCloseable {

  private final Path home;
  private final ClusterCertificates certificates;
  private final EmbeddedStore store;
  private final ApiServer server;

  private LoneServer(
      Path home, ClusterCertificates certificates, EmbeddedStore store, ApiServer server) {
    this.home = home;
    this.certificates = certificates;
    this.store = store;
    this.server = server;
  }

  /**
   * Starts one on a free port of loopback.
   *
   * @param without admission plug-ins that are switched off
   */
  public static LoneServer start(List<String> without) throws IOException {
    var home = Files.createTempDirectory("nau-server");
    var clock = InstantSource.system();
    var names = new ClusterCertificates.Options("localhost", "10.96.0.1", List.of());
    var certificates = ClusterCertificates.open(home.resolve("pki"), names, clock);
    var agent = certificates.agentClient();
    var options =
        new ApiServerOptions(
            List.of("127.0.0.1"),
            0,
            certificates.serverIdentity(),
            new TlsIdentity(List.of(agent.certificate()), agent.key(), certificates.authority()),
            Version.KUBERNETES,
            true,
            ApiServerOptions.PATIENCE);
    var store = EmbeddedStore.open(home.resolve("store"), EmbeddedStoreOptions.DEFAULT);
    var server =
        ApiServer.start(
            new ClusterOptions(
                options.with(AdmissionPlugins.of(List.of(), without)),
                new Trust(certificates.signer(), AccountKeys.of(certificates.serviceAccountKeys())),
                new ServiceAllocator.Options(new AddressRange("10.96.0.0/16"), 30000, 32767),
                "10.96.0.1",
                443,
                "127.0.0.1",
                certificates.frontProxy()),
            Catalog.builtIn(Version.KUBERNETES),
            store,
            clock);
    return new LoneServer(home, certificates, store, server);
  }

  /** A client in this process, which acts as a user who is logged in and of these groups. */
  public ClusterClient client(String user, String... groups) {
    var all = new ArrayList<>(List.of(groups));
    all.add(User.AUTHENTICATED);
    return server.client(User.of("system:" + user, all), user);
  }

  /** How an administrator reaches it over HTTPS. */
  public RemoteOptions admin() throws IOException {
    var admin = certificates.admin();
    return RemoteOptions.of(
        URI.create("https://127.0.0.1:" + server.port()),
        certificates.authorityPem(),
        new RemoteOptions.Credentials.Certificate(admin.certificatePem(), admin.keyPem()));
  }

  /** The certificate that vouches for it, as PEM. */
  public String authority() {
    return certificates.authorityPem();
  }

  /** The kinds that it serves. */
  public Catalog catalog() {
    return server.catalog();
  }

  @Override
  public void close() throws IOException {
    server.close();
    store.close();
    try (var files = Files.walk(home)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
