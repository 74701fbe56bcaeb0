package dev.nauarch.verification.benchmark;

import dev.nauarch.scheduling.share.BestFitRule;
import dev.nauarch.scheduling.share.FgdRule;
import dev.nauarch.scheduling.share.ForesightRule;
import dev.nauarch.scheduling.share.Mix;
import dev.nauarch.scheduling.share.SharingRule;
import dev.nauarch.scheduling.share.Task;
import dev.nauarch.verification.benchmark.FgdReplay.Outcome;
import dev.nauarch.verification.benchmark.Result.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * How much of a cluster's GPUs rules for sharing give away, on the trace of the FGD paper and by
 * its protocol. The rules are the scheduler's own.
 */
final class FgdBench {

  /** The seeds of the published figures begin with this one; theirs is another generator. */
  private static final int FIRST_SEED = 42;

  /** The largest node of the paper's best fit. */
  private static final long CPU_MILLIS_MOST = 128_000;

  private static final long THOUSANDTHS_MOST = 8_000;

  /** What is published, or what is to be reached of it. */
  private static final Map<String, Map<String, Target>> TARGETS =
      Map.of("default", targets(95.3, 95.3), "multigpu50", targets(97.18, 97.1));

  private static Map<String, Target> targets(double fgd, double foresight) {
    return new TreeMap<>(
        Map.of("fgd_percent", Target.atLeast(fgd), "foresight_percent", Target.atLeast(foresight)));
  }

  private final Path directory;
  private final int seeds;

  /**
   * @param directory where the lists of nodes and pods are
   * @param seeds how many runs
   */
  FgdBench(Path directory, int seeds) {
    this.directory = directory;
    this.seeds = seeds;
  }

  /**
   * One line for each list.
   *
   * @throws TraceException says what is wrong with the trace
   */
  List<Result> run(List<String> lists) {
    var results = new ArrayList<Result>();
    for (var list : lists) {
      results.add(run(list));
    }
    return results;
  }

  private Result run(String list) {
    var trace = FgdTrace.read(directory, list);
    var replay = new FgdReplay(trace);
    var setting = new LinkedHashMap<String, Object>();
    setting.put("nodes", trace.nodes().size());
    setting.put("gpus", trace.capacity() / Task.WHOLE);
    setting.put("listed_pods", trace.pods().size());
    setting.put("load_percent", 130);
    setting.put("seeds", seeds);
    setting.put("first_seed", FIRST_SEED);
    setting.put("tie", "lowest node name");
    var numbers = new LinkedHashMap<String, Double>();
    var all = new EnumMap<Rule, List<Outcome>>(Rule.class);
    for (var rule : Rule.values()) {
      var word = rule.name().toLowerCase(Locale.ROOT);
      var outcomes = outcomes(replay, rule);
      all.put(rule, outcomes);
      numbers.put(word + "_percent", rounded(mean(outcomes, Outcome::allocated)));
      numbers.put(word + "_deviation", rounded(deviation(outcomes, Outcome::allocated)));
      numbers.put(word + "_largest_percent", rounded(mean(outcomes, Outcome::largest)));
    }
    numbers.put("foresight_above_fgd_runs", above(of(all, Rule.FORESIGHT), of(all, Rule.FGD)));
    return new Result("fgd-" + list, setting, numbers, TARGETS.getOrDefault(list, Map.of()));
  }

  private static List<Outcome> of(Map<Rule, List<Outcome>> outcomes, Rule rule) {
    return outcomes.getOrDefault(rule, List.of());
  }

  /** How many runs of the same arrivals end with more given away. */
  private static double above(List<Outcome> ours, List<Outcome> theirs) {
    var count = 0;
    for (var i = 0; i < ours.size(); i++) {
      count += ours.get(i).allocated() > theirs.get(i).allocated() ? 1 : 0;
    }
    return count;
  }

  private List<Outcome> outcomes(FgdReplay replay, Rule rule) {
    var mix = replay.typical();
    var outcomes = new ArrayList<Outcome>();
    for (var seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      outcomes.add(replay.run(rule.make(mix, seed), seed));
    }
    return outcomes;
  }

  /** For people: a row for each rule. */
  static String table(Result result) {
    var lines = new StringBuilder();
    lines.append(
        String.format(
            Locale.ROOT,
            "%s, %s seeds, ties to the lowest node name%n%-10s %10s %10s %22s%n",
            result.benchmark(),
            result.setting().get("seeds"),
            "rule",
            "allocated",
            "deviation",
            "of what 8-GPU pods ask"));
    for (var rule : Rule.values()) {
      var word = rule.name().toLowerCase(Locale.ROOT);
      lines.append(
          String.format(
              Locale.ROOT,
              "%-10s %9.2f%% %10.2f %21.1f%%%n",
              word,
              result.numbers().get(word + "_percent"),
              result.numbers().get(word + "_deviation"),
              result.numbers().get(word + "_largest_percent")));
    }
    return lines.toString();
  }

  private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> what) {
    return outcomes.stream().mapToDouble(what).average().orElse(0);
  }

  private static double deviation(List<Outcome> outcomes, ToDoubleFunction<Outcome> what) {
    var mean = mean(outcomes, what);
    return Math.sqrt(mean(outcomes, outcome -> Math.pow(what.applyAsDouble(outcome) - mean, 2)));
  }

  private static double rounded(double number) {
    return Math.round(number * 1000) / 1000.0;
  }

  /** What is compared. */
  private enum Rule {
    RANDOM,
    BEST_FIT,
    FGD,
    FORESIGHT;

    SharingRule make(Mix mix, long seed) {
      return switch (this) {
        case RANDOM -> new RandomRule(seed);
        case BEST_FIT -> new BestFitRule(CPU_MILLIS_MOST, THOUSANDTHS_MOST);
        case FGD -> new FgdRule(mix);
        case FORESIGHT -> new ForesightRule(mix);
      };
    }
  }
}
