package dev.nauarch.store.etcd;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real etcd on loopback, with ports and a directory of its own. */
final class EtcdProcess {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Path directory;
  private final int clientPort;
  private final int peerPort;
  private final String scheme;
  private final List<String> flags;
  private Process process;

  private EtcdProcess(Path directory, int clientPort, int peerPort, List<String> tlsFlags)
      throws IOException {
    this.directory = directory;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    this.scheme = tlsFlags.isEmpty() ? "http" : "https";
    this.flags = tlsFlags;
    this.process = launch();
  }

  static EtcdProcess start(Path directory) throws Exception {
    return start(directory, List.of());
  }

  /**
   * Starts it with TLS for its clients.
   *
   * @param tlsFlags etcd's options that name certificates
   */
  static EtcdProcess start(Path directory, List<String> tlsFlags) throws Exception {
    int clientPort;
    int peerPort;
    // Both are open at once, so that they differ.
    try (var client = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      clientPort = client.getLocalPort();
      peerPort = peer.getLocalPort();
    }
    var etcd = new EtcdProcess(directory, clientPort, peerPort, tlsFlags);
    etcd.awaitPort();
    return etcd;
  }

  String endpoint() {
    return "127.0.0.1:" + clientPort;
  }

  /** Ends it at once, as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Starts it again on what it left behind. */
  void restart() throws Exception {
    process = launch();
    awaitPort();
  }

  private Process launch() throws IOException {
    String client = scheme + "://127.0.0.1:" + clientPort;
    String peer = "http://127.0.0.1:" + peerPort;
    var command = new ArrayList<String>();
    Collections.addAll(
        command,
        binary().toString(),
        "--name=test",
        "--data-dir=" + directory.resolve("data"),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=test=" + peer);
    command.addAll(flags);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log.txt").toFile()))
        .start();
  }

  private void awaitPort() throws Exception {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "etcd did not start: " + Files.readString(directory.resolve("log.txt")));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static Path binary() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, "etcd"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no etcd on the PATH: install it, on Debian with apt-get install etcd-server"));
  }
}
