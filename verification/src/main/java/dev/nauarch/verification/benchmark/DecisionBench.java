package dev.nauarch.verification.benchmark;

import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.SchedulerCore;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.verification.benchmark.Result.Target;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * How fast the scheduler decides by itself, without an API: from pods that are seen to pods that
 * are to be bound, and back when they are seen bound.
 */
final class DecisionBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int RUNS = 5;
  private static final long WARM_UP_NANOS = 5_000_000_000L;
  private static final int BATCH = 512;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private DecisionBench() {}

  /** The cases whose words are wanted. */
  static List<Result> run(Predicate<String> isWanted) {
    return Arrays.stream(DecisionCase.values())
        .filter(what -> isWanted.test(what.word()))
        .map(DecisionBench::run)
        .toList();
  }

  private static Result run(DecisionCase what) {
    var rates = new double[RUNS];
    var processor = new double[RUNS];
    var warm = System.nanoTime() + WARM_UP_NANOS;
    do {
      run(what, rates, processor, 0);
    } while (System.nanoTime() < warm);
    for (var i = 0; i < RUNS; i++) {
      run(what, rates, processor, i);
    }
    Arrays.sort(rates);
    Arrays.sort(processor);
    var setting = new LinkedHashMap<String, Object>();
    setting.put("nodes", what.nodes());
    setting.put("pods", what.pods());
    setting.put("runs", RUNS);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("pods_per_s", (double) Math.round(rates[RUNS / 2]));
    numbers.put("slowest_per_s", (double) Math.round(rates[0]));
    numbers.put("fastest_per_s", (double) Math.round(rates[RUNS - 1]));
    numbers.put("cpu_us", Math.round(processor[RUNS / 2] * 1e8) / 100.0);
    return new Result(
        "decide-" + what.word(),
        setting,
        numbers,
        what.target() == 0 ? Map.of() : Map.of("pods_per_s", Target.atLeast(what.target())));
  }

  private static void run(DecisionCase what, double[] rates, double[] processor, int run) {
    var cluster = new Loop();
    cluster.tell(what.before());
    var pods = what.waiting();
    // The pods that come are the benchmark's: to collect them is none of the scheduler's work.
    System.gc();
    var begin = System.nanoTime();
    var beginProcessor = THREADS.getCurrentThreadCpuTime();
    for (var i = 0; i < pods.size(); i += BATCH) {
      cluster.tell(pods.subList(i, Math.min(i + BATCH, pods.size())));
    }
    rates[run] = what.pods() / ((System.nanoTime() - begin) / 1e9);
    processor[run] = (THREADS.getCurrentThreadCpuTime() - beginProcessor) / 1e9 / what.pods();
    if (cluster.bound != what.bound()) {
      throw new IllegalStateException(
          what.word() + ": " + cluster.bound + " pods were bound of " + what.bound());
    }
  }

  /** A cluster in which every pod is bound as soon as it is to be. */
  private static final class Loop {
    private final SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
    private final Map<String, PodState> waiting = new HashMap<>();
    private int bound;

    void tell(List<SchedulerEvent> first) {
      List<? extends SchedulerEvent> events = first;
      while (!events.isEmpty()) {
        var next = new ArrayList<SchedulerEvent>();
        for (var event : events) {
          if (event instanceof SchedulerEvent.PodSeen(var pod) && !pod.isBound()) {
            waiting.put(pod.key().name(), pod);
          }
        }
        for (var command : core.on(events, BEGIN)) {
          if (command instanceof SchedulerCommand.BindPod bind) {
            bound++;
            var pod = Objects.requireNonNull(waiting.remove(bind.pod().name()));
            next.add(new SchedulerEvent.PodSeen(pod.on(bind.node())));
          } else if (command instanceof SchedulerCommand.CommitGang commit) {
            next.add(new SchedulerEvent.GangCommitted(commit.gang()));
          }
        }
        events = next;
      }
    }
  }
}
