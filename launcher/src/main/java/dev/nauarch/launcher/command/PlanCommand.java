package dev.nauarch.launcher.command;

import dev.nauarch.launcher.plan.Plan;
import dev.nauarch.launcher.plan.PlanException;
import dev.nauarch.launcher.plan.PlannedWork;
import dev.nauarch.scheduling.explain.Explanation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code nau plan}. */
@Command(
    name = "nau plan",
    description = {
      "What would come of a manifest now, without creating anything: whether its pods would start,",
      "where, who would have to stop for them, and if not, why and what would help.",
      "Exit codes: 0 fits now, 10 would wait, 11 needs preemption, 12 never fits."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SHOWN_MAX = 8;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      required = true,
      description = "The manifest, YAML or JSON; - reads it from the input.")
  private String file = "";

  @Mixin private final NamespaceOption namespace = new NamespaceOption();

  @Mixin private final SchedulerFlags scheduler = new SchedulerFlags();

  @Mixin private final OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException {
    var text = read();
    try (var client = cluster.connect()) {
      var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      var options = scheduler.options();
      var work = PlannedWork.of(client, options, text, namespace.name(), now);
      var plan = Plan.of(client, options, work, now);
      System.out.print(output.isJson() ? json(plan) : describe(plan));
      return code(plan).number();
    } catch (PlanException e) {
      throw new CommandFailure(ExitCode.USAGE, file + ": " + e.getMessage());
    }
  }

  private String read() throws IOException {
    try {
      return file.equals("-")
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "there is no file " + file);
    }
  }

  private static ExitCode code(Plan plan) {
    return switch (plan.verdict()) {
      case FITS_NOW -> ExitCode.OK;
      case NEEDS_PREEMPTION -> ExitCode.NEEDS_PREEMPTION;
      case WOULD_WAIT -> ExitCode.WOULD_WAIT;
      case NEVER_FITS -> ExitCode.NEVER_FITS;
    };
  }

  private static String describe(Plan plan) {
    var text = new StringBuilder();
    var why = plan.outcome().why();
    line(text, "Fits ever", plan.everFits() ? "yes" : "no, not even without the work of others");
    line(
        text,
        "Fits now",
        why.map(one -> "no: " + some(plan) + one.summary()).orElseGet(() -> places(plan)));
    var victims = plan.outcome().victims();
    if (!victims.isEmpty()) {
      var names = victims.stream().limit(SHOWN_MAX).map(Object::toString).toList();
      var more = victims.size() > SHOWN_MAX ? " and " + (victims.size() - SHOWN_MAX) + " more" : "";
      var pods = victims.size() == 1 ? " pod: " : " pods: ";
      line(text, "Would", "stop " + victims.size() + pods + String.join(", ", names) + more);
    }
    why.ifPresent(one -> explain(text, one));
    line(text, "State of", plan.at() + ". Nothing was created, and no place is reserved.");
    return text.toString();
  }

  private static void explain(StringBuilder text, Explanation why) {
    for (var removed : why.removed()) {
      line(
          text, "Evidence", removed.nodes() + " of " + why.nodes() + " nodes: " + removed.reason());
    }
    if (!why.notTheReason().isEmpty()) {
      line(text, "Not it", String.join(" · ", why.notTheReason()));
    }
    var number = 1;
    for (var relaxation : why.relaxations()) {
      line(text, number == 1 ? "Do" : "", number++ + "  " + relaxation);
    }
  }

  private static void line(StringBuilder text, String head, String rest) {
    text.append("%-12s".formatted(head)).append(rest).append('\n');
  }

  /** How many would start nevertheless. */
  private static String some(Plan plan) {
    var placed = plan.outcome().podsByNode().values().stream().mapToInt(Integer::intValue).sum();
    return placed == 0 ? "" : placed + " of " + plan.pods() + " pods. For the next: ";
  }

  private static String places(Plan plan) {
    var byNode = plan.outcome().podsByNode();
    var all = "yes, all " + plan.pods() + " pods";
    if (byNode.isEmpty()) {
      return all;
    }
    var shown = new ArrayList<String>();
    byNode.forEach((node, count) -> shown.add(node + ": " + count));
    var more = shown.size() > SHOWN_MAX ? " …" : "";
    return all
        + ", on "
        + byNode.size()
        + (byNode.size() == 1 ? " node" : " nodes")
        + " ("
        + String.join(", ", shown.subList(0, Math.min(SHOWN_MAX, shown.size())))
        + more
        + ")";
  }

  private static String json(Plan plan) {
    var root = JSON.createObjectNode();
    root.put("verdict", plan.verdict().name());
    root.put("pods", plan.pods());
    root.put("fitsEver", plan.everFits());
    var nodes = root.putObject("podsByNode");
    plan.outcome().podsByNode().forEach(nodes::put);
    var victims = root.putArray("wouldStop");
    plan.outcome().victims().forEach(victim -> victims.add(victim.toString()));
    plan.outcome().why().ifPresent(why -> root.set("why", JSON.readTree(why.toJson(plan.at()))));
    root.put("stateOf", plan.at().toString());
    return root.toPrettyString() + "\n";
  }
}
