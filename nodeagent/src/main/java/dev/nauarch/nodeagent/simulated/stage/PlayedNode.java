package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a simulated node says of itself: it is ready and renews its lease, unless stages make it
 * lose its readiness, show other conditions or fall silent.
 */
public final class PlayedNode {
  private static final Next.Ready READY =
      new Next.Ready(true, "Simulated", "this node is simulated: its pods run nothing");

  private final Stages stages;
  private final Map<String, Next.Condition> conditions = new LinkedHashMap<>();
  private final List<Stage> done = new ArrayList<>();
  private Node node;
  private List<Stage> script;
  private Next.Ready ready = READY;
  private boolean heartbeats = true;
  private final Instant begin;
  private Instant readySince;
  private boolean flipped;

  /** A node that is brought to life now. */
  public PlayedNode(Node node, Stages stages, Instant now) {
    this.stages = stages;
    this.node = node;
    this.script = stages.of(Stage.Kind.NODE, node);
    this.begin = now;
    this.readySince = now;
  }

  /** The node's object is now this. */
  public void desired(Node newer) {
    if (!Objects.equals(newer.getMetadata().getLabels(), node.getMetadata().getLabels())
        || !Objects.equals(
            newer.getMetadata().getAnnotations(), node.getMetadata().getAnnotations())) {
      script = stages.of(Stage.Kind.NODE, newer);
    }
    node = newer;
  }

  /** Has everything happen whose time has come. */
  public void happen(Instant now) {
    for (var due = next(); due.isPresent() && !at(due.get()).isAfter(now); due = next()) {
      var stage = due.get();
      done.add(stage);
      switch (stage.next()) {
        case Next.Ready becomes -> {
          if (becomes.ready() != ready.ready()) {
            ready = becomes.ready() ? READY : becomes;
            readySince = now;
            flipped = true;
            done.removeIf(each -> each.when().ready().isPresent());
          }
        }
        case Next.Condition condition -> conditions.put(condition.type(), condition);
        case Next.Heartbeat(var goesOn) -> heartbeats = goesOn;
        case Next.Start s -> {}
        case Next.Fail f -> {}
        case Next.Exit e -> {}
        case Next.Usage u -> {}
      }
    }
  }

  /** When the next thing happens by itself; never is {@link Instant#MAX}. */
  public Instant nextAt() {
    return next().map(this::at).orElse(Instant.MAX);
  }

  private Optional<Stage> next() {
    var earliest = Optional.<Stage>empty();
    for (var stage : script) {
      var waits =
          !done.contains(stage)
              && stage.when().ready().map(wanted -> wanted == ready.ready()).orElse(true);
      if (waits && earliest.map(other -> at(stage).isBefore(at(other))).orElse(true)) {
        earliest = Optional.of(stage);
      }
    }
    return earliest;
  }

  private Instant at(Stage stage) {
    var delay = stages.delay(stage, node.getMetadata().getName());
    var from = stage.when().ready().isPresent() ? readySince : begin;
    var flips = stage.matter() == Stage.Matter.READINESS && flipped;
    var least = PlayedContainer.READINESS_MIN;
    return from.plus(flips && delay.compareTo(least) < 0 ? least : delay);
  }

  /** Whether it renews its lease. */
  public boolean heartbeats() {
    return heartbeats;
  }

  /**
   * The conditions that its status has to show, as far as they are its own.
   *
   * @param at the time of those that changed, as the API writes it
   */
  public List<NodeCondition> conditions(String at) {
    var all = new ArrayList<NodeCondition>();
    all.add(
        condition("Ready", ready.ready() ? "True" : "False", ready.reason(), ready.message(), at));
    conditions
        .values()
        .forEach(c -> all.add(condition(c.type(), c.status(), c.reason(), c.message(), at)));
    return all;
  }

  private NodeCondition condition(
      String type, String status, String reason, String message, String at) {
    var condition = new NodeCondition();
    condition.setType(type);
    condition.setStatus(status);
    condition.setReason(reason.isEmpty() ? "Simulated" : reason);
    condition.setMessage(message);
    condition.setLastHeartbeatTime(at);
    condition.setLastTransitionTime(at);
    var present = present(type).filter(known -> status.equals(known.getStatus()));
    present.ifPresent(known -> condition.setLastTransitionTime(known.getLastTransitionTime()));
    return condition;
  }

  private Optional<NodeCondition> present(String type) {
    return node.getStatus() == null
        ? Optional.empty()
        : node.getStatus().getConditions().stream()
            .filter(known -> type.equals(known.getType()))
            .findFirst();
  }

  /** Whether the object shows all of it. */
  public boolean isShown() {
    return conditions("").stream()
        .allMatch(
            wanted ->
                present(wanted.getType())
                    .filter(known -> wanted.getStatus().equals(known.getStatus()))
                    .filter(known -> wanted.getReason().equals(known.getReason()))
                    .isPresent());
  }
}
