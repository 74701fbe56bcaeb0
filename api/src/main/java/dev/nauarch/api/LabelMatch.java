package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether labels are those that a selector wants. */
public final class LabelMatch {

  private LabelMatch() {}

  /** Whether labels satisfy a selector; an empty one is satisfied by any. */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return matches(selector.getMatchLabels(), labels)
        && selector.getMatchExpressions().stream().allMatch(each -> matches(each, labels));
  }

  /** Whether all wanted labels are there. */
  public static boolean matches(@Nullable Map<String, String> wanted, Map<String, String> labels) {
    return wanted == null
        || wanted.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
  }

  private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
    var value = labels.get(requirement.getKey());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && requirement.getValues().contains(value);
      case "NotIn" -> value == null || !requirement.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
