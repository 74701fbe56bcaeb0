package dev.nauarch.verification.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where two trees differ: of two objects with thousands of values, one reads only this. */
final class Differences {
  private final List<String> found = new ArrayList<>();

  private Differences() {}

  /** One line for each place that differs, with its path; the order of fields doesn't matter. */
  static List<String> of(JsonNode expected, JsonNode found) {
    var differences = new Differences();
    differences.compare("", expected, found);
    return differences.found;
  }

  private void compare(String path, @Nullable JsonNode expected, @Nullable JsonNode actual) {
    if (expected == null || actual == null || !expected.isContainer() || !actual.isContainer()) {
      if (expected == null || !expected.equals(actual)) {
        found.add(path + ": " + expected + " was expected, found " + actual);
      }
    } else if (expected.isObject() && actual.isObject()) {
      var names = new TreeSet<>(expected.propertyNames());
      names.addAll(actual.propertyNames());
      names.forEach(name -> compare(path + "." + name, expected.get(name), actual.get(name)));
    } else {
      for (var i = 0; i < Math.max(expected.size(), actual.size()); i++) {
        compare(path + "[" + i + "]", expected.get(i), actual.get(i));
      }
    }
  }
}
