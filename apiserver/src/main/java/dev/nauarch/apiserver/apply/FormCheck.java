package dev.nauarch.apiserver.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What is wrong with the form of an applied configuration, in the words of Kubernetes. It must be
 * of the schema's form even where validation would let it pass, since ownership is by schema.
 */
final class FormCheck {

  private final List<String> problems = new ArrayList<>();

  private FormCheck() {}

  /** The problems of a configuration, each with its path; empty for none. */
  static List<String> problems(Shape shape, JsonNode value) {
    var check = new FormCheck();
    check.visit("", shape, value);
    return check.problems;
  }

  private void visit(String path, Shape shape, JsonNode value) {
    if (!shape.accepts(value)) {
      report(path, "expected " + shape.typeName() + ", got " + describe(shape, value));
    } else if (value.isArray() && shape.form(value) == Shape.Form.LIST) {
      visitItems(path, shape, value);
    } else if (value.isObject() && shape.form(value) == Shape.Form.MAP) {
      for (var entry : value.properties()) {
        var inner = path + "." + entry.getKey();
        shape
            .field(entry.getKey())
            .ifPresentOrElse(
                field -> visit(inner, field, entry.getValue()),
                () -> report(inner, "field not declared in schema"));
      }
    }
  }

  private void visitItems(String path, Shape shape, JsonNode list) {
    var seen = new TreeSet<PathElement>();
    for (var i = 0; i < list.size(); i++) {
      PathElement element = new PathElement.Index(i);
      if (!shape.isAtomicList()) {
        var found = shape.element(list.path(i));
        if (found.isEmpty()) {
          report(path, "element " + i + ": " + shape.elementProblem(list.path(i)));
          return;
        }
        element = found.get();
        if (!seen.add(element)) {
          report(path, "duplicate entries for key " + element);
        }
      }
      visit(path + element, shape.item(), list.path(i));
    }
  }

  private void report(String path, String problem) {
    problems.add(path.isEmpty() ? problem : path + ": " + problem);
  }

  private static String describe(Shape shape, JsonNode value) {
    if (!shape.typeName().startsWith("numeric")) {
      return value.toString();
    }
    return value.isString() ? "string" : value.isBoolean() ? "bool" : value.toString();
  }
}
