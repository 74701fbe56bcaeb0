package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.nodeagent.simulated.stage.Stage.Delay;
import dev.nauarch.nodeagent.simulated.stage.Stage.Kind;
import dev.nauarch.nodeagent.simulated.stage.Stage.Moment;
import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import dev.nauarch.nodeagent.simulated.stage.Stage.Selector;
import dev.nauarch.nodeagent.simulated.stage.Stage.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a file of stages: YAML documents of the kind {@code Stage}. */
public final class StageFile {
  /** The version of the format. */
  public static final String API_VERSION = "nauarch.dev/v1alpha1";

  private static final List<String> STATES = List.of("Starting", "Running", "Stopping");
  private static final List<String> ACTIONS =
      List.of("start", "fail", "exit", "ready", "condition", "usage", "heartbeat");

  private StageFile() {}

  /**
   * Reads stages.
   *
   * @param yaml the file's text
   * @param seed what chance depends on
   * @throws IllegalArgumentException the text is no YAML, or not of this form; the message says
   *     which document, which stage and which field
   */
  public static Stages parse(String yaml, long seed) {
    var stages = new ArrayList<Stage>();
    var names = new HashSet<String>();
    var number = 0;
    try {
      var load = new Load(LoadSettings.builder().build());
      for (var document : load.loadAllFromString(yaml)) {
        number++;
        if (document != null) {
          var stage = stage(new StageFields("document " + number, document), number);
          if (!names.add(stage.name())) {
            throw new IllegalArgumentException(
                "document " + number + ": a stage " + stage.name() + " is there already");
          }
          stages.add(stage);
        }
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("document " + (number + 1) + " is no YAML: " + e, e);
    }
    return new Stages(List.copyOf(stages), seed);
  }

  private static Stage stage(StageFields document, int number) {
    document.oneOf("apiVersion", List.of(API_VERSION));
    document.oneOf("kind", List.of("Stage"));
    var metadata = document.mapping("metadata");
    var name = metadata.text("name", "");
    if (name.isEmpty()) {
      throw metadata.fault("name", "is missing");
    }
    metadata.refuseOthers();
    var spec = document.mapping("spec", "document " + number + " (" + name + ")");
    document.refuseOthers();
    var selector = selector(spec.mapping("selector"));
    var when = when(spec.mappingOrEmpty("when"), selector.kind());
    var delay = spec.mappingOrEmpty("delay");
    var length = new Delay(delay.seconds("seconds"), delay.seconds("jitterSeconds"));
    delay.refuseOthers();
    var next = next(spec.mapping("next"), selector.kind(), when.state());
    spec.refuseOthers();
    return new Stage(name, selector, when, length, next);
  }

  private static Selector selector(StageFields fields) {
    var kind = fields.oneOf("kind", List.of("Node", "Pod"));
    var selector =
        new Selector(
            Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
            fields.texts("matchLabels"),
            fields.texts("matchAnnotations"),
            fields.text("namespace", ""),
            fields.text("ownerKind", ""));
    fields.refuseOthers();
    return selector;
  }

  private static Moment when(StageFields fields, Kind kind) {
    var ready = fields.truth("ready");
    if (kind == Kind.NODE) {
      fields.refuseOthers();
      return new Moment(State.RUNNING, "", "", ready, false, 0, Integer.MAX_VALUE);
    }
    var state = fields.oneOf("state", STATES);
    if (ready.isPresent() && !state.equals("Running")) {
      throw fields.fault("ready", "only a container that is Running is ready or not");
    }
    var asked = fields.truth("asked");
    if (asked.isPresent() && !(asked.get() && state.equals("Running"))) {
      throw fields.fault("asked", "expected true, and of a container that is Running");
    }
    var restarts = fields.mappingOrEmpty("restarts");
    var moment =
        new Moment(
            State.valueOf(state.toUpperCase(Locale.ROOT)),
            fields.text("container", ""),
            fields.text("image", ""),
            ready,
            asked.isPresent(),
            restarts.number("atLeast", 0, Integer.MAX_VALUE),
            restarts.number("atMost", Integer.MAX_VALUE, Integer.MAX_VALUE));
    restarts.refuseOthers();
    fields.refuseOthers();
    return moment;
  }

  private static Next next(StageFields fields, Kind kind, State state) {
    var present = ACTIONS.stream().filter(fields::has).toList();
    if (present.size() != 1) {
      throw fields.fault("*", "expected one of " + ACTIONS + ", found " + present);
    }
    var action = present.getFirst();
    if (!allowed(kind, state).contains(action)) {
      throw fields.fault(
          action,
          "expected one of "
              + allowed(kind, state)
              + (kind == Kind.NODE
                  ? " for a node"
                  : " for a container that is " + state.name().toLowerCase(Locale.ROOT)));
    }
    var inner = fields.mappingOrEmpty(action);
    var next =
        switch (action) {
          case "start" -> new Next.Start();
          case "fail" ->
              new Next.Fail(inner.text("reason", "ErrImagePull"), inner.text("message", ""));
          case "exit" ->
              new Next.Exit(
                  inner.number("code", 0, 255),
                  inner.text("reason", ""),
                  inner.text("message", ""));
          case "ready" ->
              new Next.Ready(
                  inner.truth("is").orElseThrow(() -> inner.fault("is", "is missing")),
                  inner.text("reason", ""),
                  inner.text("message", ""));
          case "condition" -> condition(inner);
          case "usage" -> usage(inner);
          default ->
              new Next.Heartbeat(
                  inner.truth("goesOn").orElseThrow(() -> inner.fault("goesOn", "is missing")));
        };
    inner.refuseOthers();
    fields.refuseOthers();
    return next;
  }

  private static List<String> allowed(Kind kind, State state) {
    if (kind == Kind.NODE) {
      return List.of("ready", "condition", "heartbeat");
    }
    return switch (state) {
      case STARTING -> List.of("start", "fail");
      case RUNNING -> List.of("exit", "ready", "condition", "usage");
      case STOPPING -> List.of("exit");
    };
  }

  private static Next usage(StageFields fields) {
    var amounts = new TreeMap<String, String>();
    for (var resource : UsedResource.values()) {
      if (fields.has(resource.field())) {
        var text = fields.text(resource.field(), "");
        if (!resource.isAmount(text)) {
          throw fields.fault(resource.field(), "is " + text + ", " + resource.expected());
        }
        amounts.put(resource.field(), text);
      }
    }
    if (amounts.isEmpty()) {
      throw fields.fault(
          "*",
          "expected some of "
              + Arrays.stream(UsedResource.values()).map(UsedResource::field).toList());
    }
    return new Next.Usage(Collections.unmodifiableSortedMap(amounts));
  }

  private static Next condition(StageFields fields) {
    var type = fields.text("type", "");
    if (type.isEmpty()) {
      throw fields.fault("type", "is missing");
    }
    if (List.of("Ready", "ContainersReady", "Initialized", "PodScheduled").contains(type)) {
      throw fields.fault("type", "is " + type + ", which follows from the containers");
    }
    return new Next.Condition(
        type,
        fields.oneOf("status", List.of("True", "False", "Unknown")),
        fields.text("reason", ""),
        fields.text("message", ""));
  }
}
