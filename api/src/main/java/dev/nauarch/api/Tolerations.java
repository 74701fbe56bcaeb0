package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether pods bear the taints of nodes. */
public final class Tolerations {

  /** The effect that keeps new pods away. */
  public static final String NO_SCHEDULE = "NoSchedule";

  /** The effect that keeps new pods away and sends those away that are there. */
  public static final String NO_EXECUTE = "NoExecute";

  private static final int DECIMAL = 10;

  private Tolerations() {}

  /** A node's taints. */
  public static List<Taint> taints(Node node) {
    return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
  }

  /** Whether a toleration bears a taint, for however long. */
  public static boolean tolerates(Toleration toleration, Taint taint) {
    var key = orEmpty(toleration.getKey());
    var effect = orEmpty(toleration.getEffect());
    return (key.isEmpty() || key.equals(taint.getKey()))
        && (effect.isEmpty() || effect.equals(taint.getEffect()))
        && toleratesValue(toleration, orEmpty(taint.getValue()));
  }

  private static boolean toleratesValue(Toleration toleration, String value) {
    var wanted = orEmpty(toleration.getValue());
    return switch (orEmpty(toleration.getOperator())) {
      case "Exists" -> true;
      case "", "Equal" -> wanted.equals(value);
      case "Lt" -> isLess(value, wanted);
      case "Gt" -> isLess(wanted, value);
      default -> false;
    };
  }

  private static boolean isLess(String smaller, String larger) {
    var one = number(smaller);
    var other = number(larger);
    return one.isPresent() && other.isPresent() && one.getAsLong() < other.getAsLong();
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text, DECIMAL));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }

  /** Whether one of the tolerations bears each taint that has one of the effects. */
  public static boolean tolerateAll(
      List<Toleration> tolerations, List<Taint> taints, List<String> effects) {
    return taints.stream()
        .filter(taint -> effects.contains(taint.getEffect()))
        .allMatch(taint -> tolerations.stream().anyMatch(each -> tolerates(each, taint)));
  }
}
