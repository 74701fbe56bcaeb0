package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.StringNode;

/**
 * The requests of a claim, by which other parts of it name them: {@code gpu}, or {@code gpu/large}
 * for one of several that would do.
 *
 * @param alternatives the names of the alternatives of each request; none where it has no choice
 */
record RequestNames(Map<String, Set<String>> alternatives) {

  static final int REQUESTS_MAX = 32;
  private static final String FORM =
      "must be the name of a request in the claim or the name of a request and a subrequest"
          + " separated by '/'";

  static RequestNames of(Field devices) {
    var names = new HashMap<String, Set<String>>();
    for (var request : devices.at("requests").items()) {
      names.put(
          request.at("name").text(),
          request.at("firstAvailable").items().stream()
              .map(each -> each.at("name").text())
              .collect(Collectors.toSet()));
    }
    return new RequestNames(names);
  }

  /** Checks a list of references. */
  void checkAll(Problems problems, Field references) {
    Lists.set(problems, references, REQUESTS_MAX, Field::text, each -> check(problems, each));
  }

  /** Checks a reference to a request. */
  void check(Problems problems, Field reference) {
    var parts = reference.text().split("/", -1);
    if (parts.length > 2) {
      problems.invalid(reference, FORM);
      return;
    }
    for (var part : parts) {
      NameRules.label(part)
          .ifPresent(
              detail ->
                  problems.invalid(
                      new Field(StringNode.valueOf(part), reference.path(), ""), detail));
    }
    var known = alternatives.get(parts[0]);
    if (known == null || (parts.length == 2 && !known.contains(parts[1]))) {
      problems.invalid(reference, FORM);
    }
  }
}
