package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.kernel.Randomness;
import dev.nauarch.nodeagent.simulated.stage.Stage.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stages that a cluster was given, and the chance that its delays depend on.
 *
 * @param all in the order in which they were written
 * @param seed with the names of a pod and its container it gives the length of each delay
 */
public record Stages(List<Stage> all, long seed) {
  /** None. */
  public static final Stages NONE = new Stages(List.of(), 1);

  /** Those that are for an object. */
  List<Stage> of(Kind kind, HasMetadata object) {
    if (all.isEmpty()) {
      return List.of();
    }
    return all.stream().filter(stage -> selects(stage.selector(), kind, object)).toList();
  }

  private static boolean selects(Stage.Selector selector, Kind kind, HasMetadata object) {
    var metadata = object.getMetadata();
    return selector.kind() == kind
        && holds(selector.labels(), metadata.getLabels())
        && holds(selector.annotations(), metadata.getAnnotations())
        && (selector.namespace().isEmpty() || selector.namespace().equals(metadata.getNamespace()))
        && (selector.owner().isEmpty()
            || metadata.getOwnerReferences().stream()
                .anyMatch(owner -> selector.owner().equals(owner.getKind())));
  }

  private static boolean holds(Map<String, String> wanted, @Nullable Map<String, String> present) {
    return wanted.entrySet().stream()
        .allMatch(
            entry ->
                present != null && Objects.equals(entry.getValue(), present.get(entry.getKey())));
  }

  /**
   * How long a stage is delayed for somebody.
   *
   * @param whom names who it happens to, the same in each run
   */
  Duration delay(Stage stage, String whom) {
    return stage.delay().of(new Randomness(seed).fork(whom + "|" + stage.name()));
  }
}
