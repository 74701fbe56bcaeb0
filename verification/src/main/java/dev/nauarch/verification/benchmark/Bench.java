package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs benchmarks and prints one line of JSON for each. */
@Command(
    name = "nau bench",
    description = {
      "Measures this build on this machine, one line of JSON for each figure.",
      "api: rates of create and get; watch: latency of events; fanout: 500 watchers;",
      "kinds: how soon a custom kind can be used;",
      "large: a list of 50,000 pods, the memory of 100,000; library: reads against Jetty alone;",
      "nodes: 5,000 and 100,000 simulated nodes with their leases;",
      "decide: the scheduler's decisions alone; schedule: from pods that are sent to bound ones;",
      "commands: help and status;",
      "services: 5,000 services in nftables, and one endpoint that changes;",
      "start: nau up; idle: memory and CPU of a cluster at rest;",
      "fgd, only if named: GPUs given away on the trace in --trace."
    },
    mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {

  private static final List<String> ALL =
      List.of(
          "start",
          "commands",
          "idle",
          "watch",
          "fanout",
          "kinds",
          "decide",
          "schedule",
          "large",
          "library",
          "nodes",
          "services",
          "api");

  /** Needs data that does not come with this program. */
  private static final String FGD = "fgd";

  private static final Duration FAN_OUT = Duration.ofMinutes(1);

  @Parameters(arity = "0..*", description = "Which: ${DEFAULT-VALUE}.")
  private List<String> names = ALL;

  @Option(
      names = "--warm-up",
      defaultValue = "15",
      description = "Seconds of each load before it is measured (${DEFAULT-VALUE}).")
  private int warmUpSeconds = 15;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "Seconds of each load that are measured (${DEFAULT-VALUE}).")
  private int measuredSeconds = 15;

  @Option(
      names = "--case",
      split = ",",
      description = "Only these cases of decide, schedule and nodes, for example basic.")
  private List<String> cases = List.of();

  @Option(
      names = "--trace",
      paramLabel = "DIR",
      description = "Where the lists of nodes and pods for fgd are.")
  private @Nullable Path trace;

  @Option(
      names = "--seeds",
      defaultValue = "10",
      description = "How many runs fgd makes of each (${DEFAULT-VALUE}).")
  private int seeds = 10;

  @Option(
      names = "--list",
      split = ",",
      defaultValue = "default,multigpu50",
      description = "The lists of pods for fgd (${DEFAULT-VALUE}).")
  private List<String> lists = List.of();

  @Option(
      names = "--record",
      description = "Append the lines to docs/benchmarks/results.ndjson as well.")
  private boolean records;

  private final Path root = Path.of(System.getProperty("nau.root", ".")).toAbsolutePath();

  public static void main(String[] words) {
    System.exit(new CommandLine(new Bench()).execute(words));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (var name : names) {
      if (!ALL.contains(name) && !FGD.equals(name)) {
        System.err.println(
            "nau bench: no benchmark \"" + name + "\"; there are " + ALL + " and " + FGD);
        return CommandLine.ExitCode.USAGE;
      }
    }
    try {
      return runAll();
    } catch (TraceException e) {
      System.err.println("nau bench: fgd: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  private int runAll() throws IOException, InterruptedException {
    for (var name : names) {
      var circumstances = Circumstances.of(root);
      try (var cluster = Cluster.create(root)) {
        cluster.closeOnExit();
        var printed = new int[1];
        run(
            name,
            cluster,
            result -> {
              printed[0]++;
              print(result, circumstances);
            });
        if (printed[0] == 0) {
          System.err.println("nau bench: " + name + " has no case of " + cases);
          return CommandLine.ExitCode.USAGE;
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  /** Benchmarks of minutes tell each result when they have it. */
  private void run(String name, Cluster cluster, Result.Sink results)
      throws IOException, InterruptedException {
    switch (name) {
      case "schedule" -> SchedulingBench.run(() -> Cluster.create(root), this::isWanted, results);
      case "nodes" -> new NodesBench(root).run(this::isWanted, results);
      default -> {
        for (var result : run(name, cluster)) {
          results.add(result);
        }
      }
    }
  }

  private List<Result> run(String name, Cluster cluster) throws IOException, InterruptedException {
    return switch (name) {
      case "start" -> List.of(new CommandBench(cluster).starts());
      case "commands" -> new CommandBench(cluster.up()).commands();
      case "idle" -> List.of(IdleBench.run(cluster.up()));
      case "watch" -> List.of(new WatchBench().run(cluster.up()));
      case "fanout" -> fanOut(cluster.up());
      case "services" -> List.of(ServicesBench.run());
      case "kinds" -> List.of(CustomKindBench.run(cluster.up()));
      case "decide" -> DecisionBench.run(this::isWanted);
      case "library" ->
          new JettyBench(
                  cluster.up(),
                  Duration.ofSeconds(warmUpSeconds),
                  Duration.ofSeconds(measuredSeconds))
              .run();
      case FGD -> fgd();
      case "large" -> new LargeBench(cluster.up()).run();
      default ->
          new ApiBench(
                  cluster.up(),
                  Duration.ofSeconds(warmUpSeconds),
                  Duration.ofSeconds(measuredSeconds))
              .run();
    };
  }

  private List<Result> fgd() {
    if (trace == null) {
      throw new TraceException(
          "--trace DIR is needed, a directory with openb_node_list_gpu_node.csv and"
              + " openb_pod_list_default.csv of hkust-adsl/kubernetes-scheduler-simulator");
    }
    if (seeds < 1) {
      throw new TraceException("--seeds " + seeds + ": expected 1 or more");
    }
    var results = new FgdBench(trace, seeds).run(lists);
    results.forEach(result -> System.err.println(FgdBench.table(result)));
    return results;
  }

  private boolean isWanted(String word) {
    return cases.isEmpty() || cases.contains(word);
  }

  private List<Result> fanOut(Cluster cluster) throws IOException, InterruptedException {
    var warmUp = Duration.ofSeconds(warmUpSeconds);
    try (var bench = new FanOutBench(cluster, warmUp, FAN_OUT)) {
      return bench.run();
    }
  }

  private void print(Result result, Map<String, Object> circumstances) throws IOException {
    var line = result.line(circumstances);
    System.out.println(line);
    if (records) {
      Files.writeString(
          root.resolve("docs/benchmarks/results.ndjson"),
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
