package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How the objects of one resource count in quotas.
 *
 * @param <T> the model that is looked at
 */
public interface Counting<T extends HasMetadata> {

  /** What an object is counted by. */
  Class<T> type();

  /** Whether it counts the amount of this name in a quota. */
  boolean counts(String name);

  /** What one object takes. */
  Amounts usage(T object, Instant now);

  /** Whether an object is what a scope wants. */
  default boolean isIn(Scope scope, T object) {
    return false;
  }

  /**
   * What an object must state and does not, where these amounts are limited; nothing for all is
   * well.
   */
  default Optional<String> missing(Collection<String> limited, T object) {
    return Optional.empty();
  }

  /** Those of a quota's names that it counts. */
  default Set<String> counted(Collection<String> names) {
    return names.stream().filter(this::counts).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether an object is what all scopes want. */
  default boolean isIn(List<Scope> scopes, T object) {
    return scopes.stream().allMatch(scope -> isIn(scope, object));
  }

  /** What counts the objects of a resource; nothing for events, which nobody counts. */
  static Optional<Counting<?>> of(String group, String plural) {
    if (plural.equals("events") && (group.isEmpty() || group.equals("events.k8s.io"))) {
      return Optional.empty();
    }
    if (group.isEmpty()) {
      switch (plural) {
        case "pods" -> {
          return Optional.of(new PodCounting());
        }
        case "services" -> {
          return Optional.of(new ServiceCounting());
        }
        case "persistentvolumeclaims" -> {
          return Optional.of(new ClaimCounting());
        }
        default -> {
          // It is counted by number.
        }
      }
    }
    return Optional.of(
        group.equals("resource.k8s.io") && plural.equals("resourceclaims")
            ? new DeviceCounting()
            : new ByNumber(group, plural));
  }

  /** The name under which a quota counts objects by number. */
  static String countName(String group, String plural) {
    return "count/" + plural + (group.isEmpty() ? "" : "." + group);
  }

  /**
   * Counts objects by number.
   *
   * @param group the resource's group
   * @param plural the resource
   */
  record ByNumber(String group, String plural) implements Counting<PartialObjectMetadata> {

    /** Kinds that quotas could count before any kind could be, under their own names. */
    private static final Map<String, String> OLD_NAMES =
        Map.of(
            "configmaps", "configmaps",
            "resourcequotas", "resourcequotas",
            "replicationcontrollers", "replicationcontrollers",
            "secrets", "secrets");

    @Override
    public Class<PartialObjectMetadata> type() {
      return PartialObjectMetadata.class;
    }

    @Override
    public boolean counts(String name) {
      return name.equals(countName(group, plural))
          || (group.isEmpty() && name.equals(OLD_NAMES.get(plural)));
    }

    @Override
    public Amounts usage(PartialObjectMetadata object, Instant now) {
      var usage = Amounts.of(countName(group, plural), Amount.ONE);
      var old = group.isEmpty() ? OLD_NAMES.get(plural) : null;
      return old == null ? usage : usage.with(old, Amount.ONE);
    }
  }
}
