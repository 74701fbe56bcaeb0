package dev.nauarch.launcher.home;

import dev.nauarch.api.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The directory that holds everything of one cluster.
 *
 * @param directory the directory; it need not exist
 */
public record ClusterHome(Path directory) {
  /**
   * What a running cluster says of itself.
   *
   * @param name the cluster's name
   * @param pid the server's process
   * @param startedAt when that process started, as the operating system says; a process of this id
   *     that started at another time is another process
   * @param apiPort the API server's port on loopback
   * @param modelsPort the gateway's port on loopback
   * @param podCidr the pods' range; empty where pods share the host's network
   * @param serviceCidr the services' range
   * @param listen the machine's address at which other machines reach the API server; empty where
   *     only this machine does
   * @param simulatedNodes how many of its nodes are simulated
   */
  public record State(
      String name,
      long pid,
      Instant startedAt,
      int apiPort,
      int modelsPort,
      String podCidr,
      String serviceCidr,
      String listen,
      int simulatedNodes) {

    /** Reads what {@link #toJson} writes; field by field, which starts faster than a mapper. */
    private static State of(ObjectNode json) {
      return new State(
          json.path("name").stringValue(),
          json.path("pid").longValue(),
          Instant.parse(json.path("startedAt").stringValue()),
          json.path("apiPort").intValue(),
          json.path("modelsPort").intValue(),
          json.path("podCidr").stringValue(),
          json.path("serviceCidr").stringValue(),
          json.path("listen").asString(""),
          json.path("simulatedNodes").asInt(0));
    }

    private ObjectNode toJson() {
      return ModelCodec.emptyTree()
          .put("name", name)
          .put("pid", pid)
          .put("startedAt", startedAt.toString())
          .put("apiPort", apiPort)
          .put("modelsPort", modelsPort)
          .put("podCidr", podCidr)
          .put("serviceCidr", serviceCidr)
          .put("listen", listen)
          .put("simulatedNodes", simulatedNodes);
    }

    /** The server's process, where it still runs. */
    public Optional<ProcessHandle> process() {
      return runningProcess(pid, startedAt);
    }
  }

  /** A process, where it still runs; one of its number that started at another time is another. */
  static Optional<ProcessHandle> runningProcess(long pid, Instant startedAt) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(p -> p.info().startInstant().filter(startedAt::equals).isPresent());
  }

  /**
   * The home of a cluster: the one that is named, {@code NAU_HOME}, or the place that the XDG rules
   * give to a cluster of this name.
   *
   * @param home what {@code --home} says; empty where it is not given
   */
  public static ClusterHome of(Optional<Path> home, String name, Map<String, String> environment) {
    return home.or(() -> variable(environment, "NAU_HOME").map(Path::of))
        .map(path -> new ClusterHome(path.toAbsolutePath().normalize()))
        .orElseGet(() -> new ClusterHome(clusters(environment).resolve(name)));
  }

  /** Where clusters without a home of their own live. */
  public static Path clusters(Map<String, String> environment) {
    return variable(environment, "XDG_DATA_HOME")
        .map(Path::of)
        .orElseGet(() -> Path.of(environment.getOrDefault("HOME", "/"), ".local", "share"))
        .resolve(Path.of("nau", "clusters"))
        .toAbsolutePath();
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** What the cluster's interfaces and control groups carry: clusters of one name may coexist. */
  public String tag(String clusterName) {
    return clusterName + "-%04x".formatted(directory.toString().hashCode() & 0xffff);
  }

  /** Makes the directory, for its owner alone. */
  public void create() throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
  }

  /** The cluster's own kubeconfig. */
  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  /** Keys and certificates. */
  public Path pki() {
    return directory.resolve("pki");
  }

  /** The API server's store. */
  public Path store() {
    return directory.resolve("store");
  }

  /** What the node agent keeps. */
  public Path node() {
    return directory.resolve("node");
  }

  /** Which pod has which address. */
  public Path addresses() {
    return node().resolve("addresses");
  }

  /** The home that has its {@link #addresses} there. */
  public static ClusterHome ofAddresses(Path addresses) {
    return new ClusterHome(addresses.resolve("../..").normalize());
  }

  /** Where local volumes lie. */
  public Path volumes() {
    return directory.resolve("volumes");
  }

  /** The server's log of the moment; older ones have higher numbers. */
  public Path log() {
    return directory.resolve("server.0.log");
  }

  private Path stateFile() {
    return directory.resolve("state.json");
  }

  /** What the cluster last said of itself, running or not; empty for one that never ran. */
  public Optional<State> state() throws IOException {
    if (!Files.exists(stateFile())) {
      return Optional.empty();
    }
    try {
      return Optional.of(State.of(ModelCodec.tree(Files.readAllBytes(stateFile()))));
    } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
      throw new IOException(
          stateFile() + " can't be read; remove it, the cluster's objects are not in it", e);
    }
  }

  /** Writes down what the cluster says of itself. */
  public void write(State state) throws IOException {
    replace(stateFile(), state.toJson());
  }

  private static void replace(Path file, ObjectNode content) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, content.toPrettyString());
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path joinedFile() {
    return directory.resolve("joined.json");
  }

  /** As what this machine last joined a cluster of another; empty where it never did. */
  public Optional<JoinedNode> joined() throws IOException {
    if (!Files.exists(joinedFile())) {
      return Optional.empty();
    }
    try {
      return Optional.of(JoinedNode.of(ModelCodec.tree(Files.readAllBytes(joinedFile()))));
    } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
      throw new IOException(
          joinedFile() + " can't be read; remove it, and join again with a token", e);
    }
  }

  /** Writes down as what this machine has joined a cluster. */
  public void write(JoinedNode joined) throws IOException {
    replace(joinedFile(), joined.toJson());
  }

  /**
   * The homes that are known without being named: {@code NAU_HOME}, and those below the place where
   * clusters without a home of their own live.
   */
  public static List<ClusterHome> all(Map<String, String> environment) throws IOException {
    var found = new ArrayList<ClusterHome>();
    variable(environment, "NAU_HOME")
        .map(path -> new ClusterHome(Path.of(path).toAbsolutePath().normalize()))
        .filter(home -> Files.isDirectory(home.directory()))
        .ifPresent(found::add);
    var clusters = clusters(environment);
    if (Files.isDirectory(clusters)) {
      try (var homes = Files.list(clusters)) {
        homes.filter(Files::isDirectory).sorted().map(ClusterHome::new).forEach(found::add);
      }
    }
    return found;
  }
}
