package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;
import java.util.List;

/** The rules of what says which requests a webhook or a policy is about. */
final class ResourceRules {

  private static final String ANY = "*";

  private ResourceRules() {}

  /** Checks operations, groups, versions, resources and scope. */
  static void rule(Problems problems, Field rule) {
    var operations = rule.at("operations");
    needsItems(problems, operations);
    aloneIfAny(problems, operations, "operations");
    for (var operation : operations.items()) {
      problems.oneOf(operation, ANY, "CONNECT", "CREATE", "DELETE", "UPDATE");
    }
    needsItems(problems, rule.at("apiGroups"));
    aloneIfAny(problems, rule.at("apiGroups"), "API groups");
    needsItems(problems, rule.at("apiVersions"));
    aloneIfAny(problems, rule.at("apiVersions"), "API versions");
    needsTexts(problems, rule.at("apiVersions"));
    resources(problems, rule.at("resources"));
    problems.oneOf(rule.at("scope"), ANY, "Cluster", "Namespaced");
  }

  private static void needsItems(Problems problems, Field list) {
    if (list.isEmpty()) {
      problems.required(list, "");
    }
  }

  private static void needsTexts(Problems problems, Field list) {
    list.items().stream().filter(Field::isEmpty).forEach(item -> problems.required(item, ""));
  }

  private static void aloneIfAny(Problems problems, Field list, String what) {
    var items = list.items();
    if (items.size() > 1 && items.stream().anyMatch(item -> item.is(ANY))) {
      problems.invalid(list, "if '*' is present, must not specify other " + what);
    }
  }

  private static void resources(Problems problems, Field resources) {
    needsItems(problems, resources);
    needsTexts(problems, resources);
    var wholeResources = new HashSet<String>();
    var wholeSubresources = new HashSet<String>();
    var hasPlain = false;
    for (var item : resources.items()) {
      var text = item.text();
      var slash = text.indexOf('/');
      if (slash < 0) {
        hasPlain |= !text.isEmpty() && !text.equals(ANY);
        continue;
      }
      var resource = text.substring(0, slash);
      var subresource = text.substring(slash + 1);
      if (wholeResources.contains(resource)) {
        problems.invalid(
            item, "if '%s/*' is present, must not specify %s".formatted(resource, text));
      }
      if (wholeSubresources.contains(subresource)) {
        problems.invalid(
            item, "if '*/%s' is present, must not specify %s".formatted(subresource, text));
      }
      if (subresource.equals(ANY)) {
        wholeResources.add(resource);
      }
      if (resource.equals(ANY)) {
        wholeSubresources.add(subresource);
      }
    }
    var items = resources.items();
    if (items.size() > 1 && items.stream().anyMatch(item -> item.is("*/*"))) {
      problems.invalid(resources, "if '*/*' is present, must not specify other resources");
    }
    if (hasPlain && items.stream().anyMatch(item -> item.is(ANY))) {
      problems.invalid(
          resources, "if '*' is present, must not specify other resources without subresources");
    }
  }

  /** Checks the {@code matchConstraints} of a policy or the {@code matchResources} of a binding. */
  static void match(Problems problems, Field match) {
    if (!match.isPresent()) {
      return;
    }
    problems.requireOneOf(match.at("matchPolicy"), "Equivalent", "Exact");
    for (var name : List.of("namespaceSelector", "objectSelector")) {
      if (match.at(name).isPresent()) {
        Forms.selector(problems, match.at(name));
      } else {
        problems.required(match.at(name), "");
      }
    }
    for (var name : List.of("resourceRules", "excludeResourceRules")) {
      for (var rule : match.at(name).items()) {
        var names = rule.at("resourceNames").items();
        names.forEach(item -> problems.form(item, NameRules::pathSegment));
        problems.unique(names);
        rule(problems, rule);
      }
    }
  }
}
