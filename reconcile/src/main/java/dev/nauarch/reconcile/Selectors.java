package dev.nauarch.reconcile;

import dev.nauarch.api.LabelMatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matches labels against selectors. */
public final class Selectors {

  private Selectors() {}

  /** Whether a selector is there, is not empty, and matches. */
  public static boolean matches(@Nullable LabelSelector selector, HasMetadata object) {
    return selector != null && LabelMatch.matches(selector, labels(object));
  }

  /** Whether an object has all of these labels. */
  public static boolean matches(@Nullable Map<String, String> wanted, HasMetadata object) {
    return LabelMatch.matches(wanted, labels(object));
  }

  private static Map<String, String> labels(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels == null ? new java.util.TreeMap<>() : labels;
  }
}
