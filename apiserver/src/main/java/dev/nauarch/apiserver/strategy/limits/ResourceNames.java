package dev.nauarch.apiserver.strategy.limits;

import dev.nauarch.api.quota.NativeResources;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** Which names of resources may stand where. */
final class ResourceNames {

  static final String REQUESTS = "requests.";
  private static final String HUGE_PAGES = "hugepages-";
  private static final Set<String> OF_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");
  private static final Set<String> COUNTED =
      Set.of(
          "pods",
          "resourcequotas",
          "services",
          "replicationcontrollers",
          "secrets",
          "configmaps",
          "persistentvolumeclaims",
          "services.nodeports",
          "services.loadbalancers");
  private static final Set<String> ASKED_FOR =
      Set.of(
          "cpu",
          "memory",
          "ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.ephemeral-storage",
          "requests.storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage");

  private ResourceNames() {}

  /** Checks the name of an amount that anything may have; says whether it has the right form. */
  static boolean any(Problems problems, Field amount) {
    var name = amount.key();
    var shown = named(amount);
    var malformed = NameRules.labelKey(name);
    malformed.ifPresent(detail -> problems.invalid(shown, detail));
    if (malformed.isEmpty() && isBare(name) && !isOfQuotas(name) && !name.equals("storage")) {
      problems.invalid(shown, "must be a standard resource type or fully qualified");
    }
    return malformed.isEmpty();
  }

  /** Checks the name of an amount that a container may have. */
  static void ofContainer(Problems problems, Field amount) {
    any(problems, amount);
    var name = amount.key();
    if (isBare(name) && !OF_CONTAINERS.contains(name) && !name.startsWith(HUGE_PAGES)) {
      problems.invalid(named(amount), "must be a standard resource for containers");
    } else if (!isBare(name) && !NativeResources.has(name) && !isExtended(name)) {
      problems.invalid(named(amount), "doesn't follow extended resource name standard");
    }
  }

  /** Checks the name of an amount that a quota may limit. */
  static void ofQuota(Problems problems, Field amount) {
    any(problems, amount);
    if (isBare(amount.key()) && !isOfQuotas(amount.key())) {
      problems.invalid(named(amount), "must be a standard resource for quota");
    }
  }

  /** Whether a name without a domain is one that quotas limit. */
  static boolean isOfQuotas(String name) {
    return COUNTED.contains(name)
        || ASKED_FOR.contains(name)
        || name.startsWith(HUGE_PAGES)
        || name.startsWith(REQUESTS + HUGE_PAGES);
  }

  /** Whether it comes in whole units. */
  static boolean isWhole(String name) {
    return COUNTED.contains(name) || isExtended(name);
  }

  /** Whether nodes may promise more of it than they have. */
  static boolean mayBeOvercommitted(String name) {
    return NativeResources.has(name) && !name.startsWith(HUGE_PAGES);
  }

  private static boolean isExtended(String name) {
    return !NativeResources.has(name)
        && !name.startsWith(REQUESTS)
        && labelProblem(REQUESTS + name).isEmpty();
  }

  private static Optional<String> labelProblem(String name) {
    return NameRules.labelKey(name);
  }

  private static boolean isBare(String name) {
    return name.indexOf('/') < 0;
  }

  /** The field as one whose value is its own name, as messages about names show it. */
  static Field named(Field amount) {
    return new Field(StringNode.valueOf(amount.key()), amount.path(), amount.key());
  }
}
