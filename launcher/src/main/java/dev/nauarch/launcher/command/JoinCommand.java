package dev.nauarch.launcher.command;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.join.JoinOptions;
import dev.nauarch.launcher.join.Joining;
import dev.nauarch.launcher.server.Machine;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.ServerProcess;
import dev.nauarch.nodeagent.credential.BootstrapToken;
import dev.nauarch.nodeagent.credential.Invitation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nau join}. */
@Command(
    name = "nau join",
    description = {
      "Makes this machine a node of a cluster whose server is on another: runs its agent, service",
      "proxy, pod network and cluster DNS. nau token create prints the whole command on the"
          + " server.",
      "A machine that has joined before needs no token, nor the URL; its pods run on meanwhile."
    },
    mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
  private static final int HTTPS_PORT = 443;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(arity = "0..1", paramLabel = "URL", description = "Where the API server is.")
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "ID.SECRET",
      description = "A token of the cluster; NAU_TOKEN keeps it out of the list of processes.")
  private @Nullable String token;

  @Option(
      names = "--ca-hash",
      paramLabel = "sha256:HEX",
      description = "What the key of the cluster's authority must be; may be given several times.")
  private List<String> hashes = List.of();

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "The node's name; the host name.")
  private @Nullable String nodeName;

  @Option(
      names = "--node-ip",
      paramLabel = "ADDRESS",
      description = "The address at which other machines reach this one; that towards the server.")
  private @Nullable String nodeIp;

  @Option(names = "--detach", description = "Return as soon as the node is Ready.")
  private boolean detaches;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var home = cluster.home();
    refuseOwnCluster(home);
    var former = home.joined();
    if (former.flatMap(JoinedNode::process).isPresent()) {
      System.out.println(
          "Node %s runs already: %s (home %s)"
              .formatted(former.get().nodeName(), former.get().server(), home.directory()));
      return ExitCode.OK.number();
    }
    if (!Machine.hasPodNetwork()) {
      throw new CommandFailure(
          ExitCode.ERROR,
          "pods of a machine that joins need a network that others can reach: run as root, with ip,"
              + " nft, nsenter and unshare (nau doctor says what is missing)");
    }
    var progress = Progress.toTerminal(System.out);
    var options = options(home, former);
    becomeKnown(options, progress);
    var words = AgentCommand.words(options);
    if (!detaches) {
      return ServerProcess.runUntilStopped(home, "agent", words, progress);
    }
    ServerProcess.start(home, "agent", words, progress);
    return ExitCode.OK.number();
  }

  private static void refuseOwnCluster(ClusterHome home) throws IOException {
    var own = home.state();
    if (own.isPresent()) {
      throw new CommandFailure(
          ExitCode.CONFLICT,
          "%s is the home of cluster %s of this machine; take another --home or --name"
              .formatted(home.directory(), own.get().name()));
    }
  }

  private void becomeKnown(JoinOptions options, Progress progress)
      throws IOException, InterruptedException {
    var wanted = usage(() -> hashes.stream().map(Invitation::hash).toList());
    var given =
        Optional.ofNullable(token).or(() -> Optional.ofNullable(System.getenv("NAU_TOKEN")));
    var parsed = usage(() -> given.map(BootstrapToken::parse));
    var joining = new Joining(options, InstantSource.system());
    var lacking = joining.lacking();
    if (lacking.isEmpty()) {
      progress.step("Known", "node " + options.nodeName() + ", by its certificate");
    } else if (parsed.isEmpty()) {
      throw new CommandFailure(
          ExitCode.DENIED,
          lacking.get() + ": --token is needed; nau token create on the server prints one");
    } else {
      joining.join(parsed.get(), wanted, progress);
    }
  }

  private JoinOptions options(ClusterHome home, Optional<JoinedNode> former) throws IOException {
    if (url == null && former.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "nau join: expected the URL of a cluster, for example https://10.0.0.1:6443; nau token"
              + " create on its server prints the whole command");
    }
    var server = url == null ? former.orElseThrow().server() : server(url);
    var name =
        nodeName != null
            ? nodeName
            : former.isPresent() ? former.get().nodeName() : Machine.nodeName();
    var address =
        nodeIp != null
            ? usage(() -> Machine.ownAddress("--node-ip", String.valueOf(nodeIp)))
            : addressTowards(server, former);
    return usage(() -> new JoinOptions(cluster.name(), home, server, name, address));
  }

  /** The way may be down just now; then the address is what it was. */
  private static String addressTowards(URI server, Optional<JoinedNode> former) throws IOException {
    var port = server.getPort() < 0 ? HTTPS_PORT : server.getPort();
    String address;
    try {
      address = Machine.addressTowards(server.getHost(), port);
    } catch (IOException e) {
      if (former.isPresent()) {
        return former.get().nodeIp();
      }
      throw new CommandFailure(
          ExitCode.NO_CLUSTER, "nothing leads to " + server + ": " + e.getMessage());
    }
    if (InetAddress.ofLiteral(address).isLoopbackAddress()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          server
              + " is this machine itself, and no other reaches "
              + address
              + ": give --node-ip, an address of this machine that others reach");
    }
    return address;
  }

  private static URI server(String text) {
    return usage(
        () -> {
          var parsed = URI.create(text);
          if (!"https".equals(parsed.getScheme()) || parsed.getHost() == null) {
            throw new IllegalArgumentException(
                text + ": expected https://HOST:PORT, for example https://10.0.0.1:6443");
          }
          return parsed;
        });
  }

  private static <T> T usage(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
