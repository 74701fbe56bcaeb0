package dev.nauarch.scheduling.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One condition on one label.
 *
 * @param key the label
 * @param operator how it is compared
 * @param values with what; empty for the two that ask only whether the label is there
 */
public record Requirement(String key, Operator operator, List<String> values) {

  /** The comparisons of node and label selectors. */
  public enum Operator {
    IN("In"),
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist"),
    GREATER("Gt"),
    LESS("Lt");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /** The operator of this Kubernetes word; one that is unknown matches nothing. */
    public static @Nullable Operator of(String word) {
      for (var operator : values()) {
        if (operator.word.equals(word)) {
          return operator;
        }
      }
      return null;
    }
  }

  /** Copies the values. */
  public Requirement {
    values = List.copyOf(values);
  }

  /** A requirement that a label has this very value. */
  public static Requirement equal(String key, String value) {
    return new Requirement(key, Operator.IN, List.of(value));
  }

  /** Whether these labels satisfy it. */
  public boolean matches(Map<String, String> labels) {
    var value = labels.get(key);
    return switch (operator) {
      case IN -> value != null && values.contains(value);
      case NOT_IN -> value == null || !values.contains(value);
      case EXISTS -> value != null;
      case DOES_NOT_EXIST -> value == null;
      case GREATER -> compared(value) > 0;
      case LESS -> compared(value) < 0;
    };
  }

  private int compared(@Nullable String value) {
    if (value == null || values.size() != 1) {
      return 0;
    }
    try {
      return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** For people, for example {@code zone in (a,b)}. */
  @Override
  public String toString() {
    var list = "(" + String.join(",", values) + ")";
    return switch (operator) {
      case IN -> values.size() == 1 ? key + "=" + values.getFirst() : key + " in " + list;
      case NOT_IN -> key + " not in " + list;
      case EXISTS -> key;
      case DOES_NOT_EXIST -> "!" + key;
      case GREATER -> key + " > " + String.join(",", values);
      case LESS -> key + " < " + String.join(",", values);
    };
  }
}
