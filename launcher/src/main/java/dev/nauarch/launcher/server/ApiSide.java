package dev.nauarch.launcher.server;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.ApiServer;
import dev.nauarch.apiserver.ApiServerOptions;
import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.Trust;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.certificates.Credential;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.store.Store;
import dev.nauarch.store.embedded.EmbeddedStore;
import dev.nauarch.store.embedded.EmbeddedStoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The store and the API server over it. */
final class ApiSide implements AutoCloseable {
  private final ClusterCertificates certificates;
  private final Store store;
  private final ApiServer server;

  private ApiSide(ClusterCertificates certificates, Store store, ApiServer server) {
    this.certificates = certificates;
    this.store = store;
    this.server = server;
  }

  /**
   * Starts the server.
   *
   * @param catalog the kinds of the emulated version, which may still be read
   */
  static ApiSide start(
      ServerOptions options,
      ClusterHome.State state,
      MachineNetwork network,
      Future<Catalog> catalog,
      InstantSource clock)
      throws IOException, InterruptedException {
    var addresses =
        new ClusterCertificates.Options(
            InetAddress.getLocalHost().getHostName(),
            network.kubernetesAddress(),
            network.listenAddresses());
    var certificates = ClusterCertificates.open(options.home().pki(), addresses, clock);
    certificates.admin();
    var store = EmbeddedStore.open(options.home().store(), EmbeddedStoreOptions.DEFAULT);
    try {
      var usual =
          new ApiServerOptions(
              network.listenAddresses(),
              state.apiPort(),
              certificates.serverIdentity(),
              identity(certificates, certificates.agentClient()),
              options.emulatedVersion(),
              true,
              ApiServerOptions.PATIENCE);
      var server =
          ApiServer.start(
              new ClusterOptions(
                  asTold(usual, options),
                  new Trust(
                      certificates.signer(),
                      new AccountKeys(
                          certificates.serviceAccountKeys(), certificates.formerAccountKeys()),
                      options.security().logins(),
                      options.security().login().tokenWebhook()),
                  ServiceAllocator.Options.of(state.serviceCidr()),
                  network.kubernetesAddress(),
                  network.kubernetesPort(state.apiPort()),
                  network.apiAddress(),
                  certificates.frontProxy()),
              catalog.get(),
              store,
              clock);
      return new ApiSide(certificates, store, server);
    } catch (IOException | InterruptedException | RuntimeException e) {
      store.close();
      throw e;
    } catch (ExecutionException e) {
      store.close();
      throw new IllegalArgumentException(
          String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()), e);
    }
  }

  /** The usual server with what its flags and files say. */
  private static ApiServerOptions asTold(ApiServerOptions usual, ServerOptions options)
      throws IOException {
    var security = options.security();
    var told = usual.with(security.encrypted()).with(security.plugins()).with(options.load());
    return security.audit().map(told::with).orElse(told);
  }

  private static TlsIdentity identity(ClusterCertificates certificates, Credential credential) {
    return new TlsIdentity(
        List.of(credential.certificate()), credential.key(), certificates.authority());
  }

  /** A client in this process that acts as a user of these groups. */
  ClusterClient client(String user, String... groups) {
    return server.client(User.of(user, withAuthenticated(groups)), user);
  }

  private static List<String> withAuthenticated(String... groups) {
    var all = new ArrayList<>(List.of(groups));
    all.add(User.AUTHENTICATED);
    return all;
  }

  /** The cluster's keys and certificates. */
  ClusterCertificates certificates() {
    return certificates;
  }

  /** The kinds that are served. */
  Catalog catalog() {
    return server.catalog();
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
