package dev.nauarch.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matches labels against selectors. */
public final class Selectors {

  private Selectors() {}

  /** Whether a selector is there, is not empty, and matches. */
  public static boolean matches(@Nullable LabelSelector selector, HasMetadata object) {
    if (selector == null) {
      return false;
    }
    var labels = labels(object);
    return matches(selector.getMatchLabels(), labels)
        && selector.getMatchExpressions().stream().allMatch(each -> matches(each, labels));
  }

  /** Whether an object has all of these labels. */
  public static boolean matches(@Nullable Map<String, String> wanted, HasMetadata object) {
    return matches(wanted, labels(object));
  }

  private static Map<String, String> labels(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels == null ? new java.util.TreeMap<>() : labels;
  }

  private static boolean matches(@Nullable Map<String, String> wanted, Map<String, String> labels) {
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
