package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.ResourceQuotaSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * One thing that an object must have for a quota to count it.
 *
 * @param name for example {@code Terminating}
 * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
 * @param values what {@code In} and {@code NotIn} compare with
 */
public record Scope(String name, String operator, List<String> values) {

  /** The scopes of a quota, all of which must hold. */
  public static List<Scope> of(ResourceQuotaSpec spec) {
    var scopes = new ArrayList<Scope>();
    spec.getScopes().forEach(name -> scopes.add(new Scope(name, "Exists", List.of())));
    if (spec.getScopeSelector() != null) {
      for (var each : spec.getScopeSelector().getMatchExpressions()) {
        scopes.add(new Scope(each.getScopeName(), each.getOperator(), each.getValues()));
      }
    }
    return scopes;
  }

  /** Whether the names that an object refers to are as the scope wants them. */
  boolean selects(Collection<String> referred) {
    if (referred.isEmpty()) {
      return operator.equals("NotIn") || operator.equals("DoesNotExist");
    }
    return switch (operator) {
      case "Exists" -> true;
      case "In" -> referred.stream().anyMatch(Set.copyOf(values)::contains);
      case "NotIn" -> !Set.copyOf(values).containsAll(referred);
      default -> false;
    };
  }
}
