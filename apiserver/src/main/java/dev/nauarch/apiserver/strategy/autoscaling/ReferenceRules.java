package dev.nauarch.apiserver.strategy.autoscaling;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.StringNode;

/**
 * What is wrong with a reference to an object of any kind.
 *
 * @param needsVersion whether its apiVersion must be one
 * @param mayBeCore whether its apiVersion may name no group
 */
record ReferenceRules(boolean needsVersion, boolean mayBeCore) {

  void check(Problems problems, Field reference) {
    for (var name : List.of("kind", "name")) {
      problems.requireForm(reference.at(name), NameRules::pathSegment);
    }
    if (!needsVersion) {
      return;
    }
    var version = reference.at("apiVersion").or(StringNode.valueOf(""));
    long slashes = version.text().chars().filter(c -> c == '/').count();
    if (slashes > 1) {
      problems.invalid(version, "unexpected GroupVersion string: " + version.text());
    } else if (!mayBeCore && version.text().indexOf('/') <= 0) {
      problems.invalid(version, "apiVersion must specify API group");
    }
  }
}
