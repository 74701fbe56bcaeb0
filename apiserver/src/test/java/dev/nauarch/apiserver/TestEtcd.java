package dev.nauarch.apiserver;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.etcd.EtcdOptions;
import dev.nauarch.store.etcd.EtcdStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real etcd on loopback, for all tests of a class. */
final class TestEtcd implements BeforeAllCallback, AfterAllCallback {

  @SuppressWarnings("NullAway.Init") // set before the first test
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private Process process;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private EtcdOptions options;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("etcd");
    int client;
    int peer;
    // Both are open at once, so that they differ.
    try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      client = one.getLocalPort();
      peer = other.getLocalPort();
    }
    var clientUrl = "http://127.0.0.1:" + client;
    var peerUrl = "http://127.0.0.1:" + peer;
    process =
        new ProcessBuilder(
                "etcd",
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + clientUrl,
                "--advertise-client-urls=" + clientUrl,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=test=" + peerUrl)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log.txt").toFile())
            .start();
    options = EtcdOptions.of(List.of("127.0.0.1:" + client), Optional.empty());
  }

  /** Where it keeps its files. */
  Path directory() {
    return directory;
  }

  /** A connection of its own; the first waits until etcd is there. */
  Store open() throws IOException {
    return EtcdStore.open(options);
  }

  /** Connections, one for each server, to an etcd that is empty. */
  List<Store> emptied(int count) throws IOException {
    var stores = new ArrayList<Store>();
    for (int i = 0; i < count; i++) {
      stores.add(open());
    }
    var first = stores.getFirst();
    for (var entry : first.range("", "", 0, 0).entries()) {
      first.write(new Mutation.Delete(entry.key(), new Precondition.None()));
    }
    return stores;
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    process.destroyForcibly().onExit().join();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
