package dev.nauarch.nodeagent.runtime.cri;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A containerd and a registry of a test's own, with a network of their own. */
public final class TestContainerd {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private final Path home;
  private final String name;
  private final String registry;
  private final List<Process> processes = new ArrayList<>();

  private TestContainerd(Path home, String name, String registry) {
    this.home = home;
    this.name = name;
    this.registry = registry;
  }

  /**
   * Starts both.
   *
   * @param home an empty directory; a short one, since sockets lie in it
   * @param name at most 8 letters that no other test's network has
   * @param range the first three bytes of its pods' addresses, for example {@code 10.201.1}
   */
  public static TestContainerd start(Path home, String name, String range)
      throws IOException, InterruptedException {
    var port = freePort();
    var containerd = new TestContainerd(home, name, "127.0.0.1:" + port);
    try {
      containerd.startRegistry(port);
      containerd.startRuntime(range);
    } catch (IOException | InterruptedException e) {
      containerd.close();
      throw e;
    }
    return containerd;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void startRegistry(int port) throws IOException, InterruptedException {
    var config = home.resolve("registry.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
        http: {addr: 127.0.0.1:%d}
        """
            .formatted(home.resolve("registry"), port));
    start("registry.log", "docker-registry", "serve", config.toString());
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/")).build();
      var latest = Instant.now().plus(START_MAX);
      while (true) {
        try {
          http.send(request, HttpResponse.BodyHandlers.discarding());
          return;
        } catch (IOException e) {
          if (Instant.now().isAfter(latest)) {
            throw e;
          }
          Thread.sleep(20);
        }
      }
    }
  }

  private void startRuntime(String range) throws IOException, InterruptedException {
    var networks = Files.createDirectories(home.resolve("cni"));
    Files.writeString(
        networks.resolve("10-test.conflist"),
        """
        {"cniVersion":"0.4.0","name":"%1$s","plugins":[
          {"type":"bridge","bridge":"%1$s","isGateway":true,"ipMasq":false,
           "ipam":{"type":"host-local","dataDir":"%2$s",
                   "ranges":[[{"subnet":"%3$s.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
          {"type":"portmap","capabilities":{"portMappings":true}}]}
        """
            .formatted(name, home.resolve("addresses"), range));
    var config = home.resolve("config.toml");
    Files.writeString(
        config,
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        [grpc]
          address = "%2$s"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "nauarch.dev/pause:test"
          disable_apparmor = true
          restrict_oom_score_adj = true
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "%1$s/cni"
          [plugins."io.containerd.grpc.v1.cri".registry.mirrors."%3$s"]
            endpoint = ["http://%3$s"]
        """
            .formatted(home, socket(), registry));
    start("containerd.log", "containerd", "--config", config.toString());
    var latest = Instant.now().plus(START_MAX);
    while (!Files.exists(socket())) {
      if (Instant.now().isAfter(latest)) {
        throw new IOException(Files.readString(home.resolve("containerd.log")));
      }
      Thread.sleep(20);
    }
  }

  private void start(String log, String... command) throws IOException {
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(log).toFile())
            .start());
  }

  /** Where containerd listens. */
  public Path socket() {
    return home.resolve("c.sock");
  }

  /** Its registry's host and port. */
  public String registry() {
    return registry;
  }

  /**
   * Pushes busybox to the registry.
   *
   * @param user whom its containers run as; empty for root
   * @return the image's name
   */
  public String push(String repository, String tag, String user)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return new TestImage(http, registry).push(repository, tag, user);
    }
  }

  /** Stops both, and takes their network and mounts away. */
  public void close() throws IOException, InterruptedException {
    for (var process : processes.reversed()) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    new ProcessBuilder("ip", "link", "del", name).start().waitFor();
    for (var line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
      var place = line.split(" ", -1)[1];
      if (place.startsWith(home + "/")) {
        new ProcessBuilder("umount", "--lazy", place).start().waitFor();
      }
    }
  }
}
