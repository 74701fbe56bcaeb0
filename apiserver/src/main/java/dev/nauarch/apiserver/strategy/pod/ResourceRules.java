package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** What is wrong with the requests and limits of a container or pod. */
public final class ResourceRules {

  /** The two halves of what a container states. */
  static final List<String> HALVES = List.of("requests", "limits");

  private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");
  private static final String HUGE_PAGES = "hugepages-";

  private ResourceRules() {}

  /** Checks requests and limits. */
  static void check(Problems problems, Field resources) {
    var limits = resources.at("limits");
    var requests = resources.at("requests");
    limits.entries().forEach(limit -> amount(problems, limit));
    for (var request : requests.entries()) {
      amount(problems, request);
      var limit = limits.entries().stream().filter(l -> l.key().equals(request.key())).findFirst();
      if (limit.isPresent()) {
        compare(problems, requests, request, limit.get());
      } else if (isExact(request.key())) {
        problems.required(limits, "Limit must be set for non overcommitable resources");
      }
    }
    var names = new ArrayList<Field>();
    for (var claim : resources.at("claims").items()) {
      problems.require(claim.at("name"));
      names.add(claim);
    }
    problems.unique(names);
  }

  /** Checks one amount of a resource by name. */
  public static void amount(Problems problems, Field amount) {
    var name = amount.key();
    containerResource(problems, amount.with(StringNode.valueOf(name)));
    var parsed = Amount.read(amount.node().asString("")).map(Amount::value);
    if (parsed.isEmpty()) {
      problems.invalid(amount, Amount.FORM);
    } else if (parsed.get().signum() < 0) {
      problems.invalid(amount, "must be greater than or equal to 0");
    } else if (isExtended(name) && parsed.get().stripTrailingZeros().scale() > 0) {
      problems.invalid(amount, "must be an integer");
    }
  }

  /** Checks the name of a resource of containers. */
  public static void containerResource(Problems problems, Field named) {
    var name = named.text();
    NameRules.labelKey(name).ifPresent(detail -> problems.invalid(named, detail));
    if (name.indexOf('/') < 0 && !STANDARD.contains(name) && !name.startsWith(HUGE_PAGES)) {
      problems.invalid(named, "must be a standard resource type or fully qualified");
    }
  }

  /** Compares a request with its limit; what is wrong is said of all requests, as upstream does. */
  private static void compare(Problems problems, Field requests, Field request, Field limit) {
    var named = new Field(request.node(), requests.path(), request.key());
    int order = request.quantity().compareTo(limit.quantity());
    if (isExact(request.key()) && order != 0) {
      problems.invalid(
          named, "must be equal to " + request.key() + " limit of " + limit.node().asString(""));
    } else if (order > 0) {
      problems.invalid(
          named,
          "must be less than or equal to "
              + request.key()
              + " limit of "
              + limit.node().asString(""));
    }
  }

  /** Whether a node can't promise more of it than it has. */
  private static boolean isExact(String name) {
    return isExtended(name) || name.startsWith(HUGE_PAGES);
  }

  private static boolean isExtended(String name) {
    return name.indexOf('/') > 0 && !name.startsWith("kubernetes.io/");
  }
}
