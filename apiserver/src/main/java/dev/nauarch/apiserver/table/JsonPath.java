package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The part of JSONPath that columns use: properties ({@code .a.b}, {@code ['a.b']}), items ({@code
 * [0]}, {@code [*]}) and items with a property of a value ({@code [?(@.type=="Ready")]}).
 */
final class JsonPath {

  private static final int KNOWN_MAX = 1_000;
  private static final Map<String, JsonPath> KNOWN = new ConcurrentHashMap<>();
  private static final Pattern STEP =
      Pattern.compile(
          "\\.((?:[^.\\[\\\\]|\\\\.)+)"
              + "|\\[['\"]([^'\"]+)['\"]]"
              + "|\\[(-?\\d+)]"
              + "|(\\[\\*])"
              + "|\\[\\?\\(\\s*@\\.([\\w.\\-/]+)\\s*==\\s*(?:\"([^\"]*)\"|'([^']*)'|(\\w+))\\s*\\)]");

  private sealed interface Step {
    record Property(String name) implements Step {}

    record Item(int index) implements Step {}

    record All() implements Step {}

    record Matching(String path, String value) implements Step {}
  }

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  /** Reads a path; what is not understood finds nothing. */
  static JsonPath of(String text) {
    var known = KNOWN.get(text);
    if (known == null) {
      if (KNOWN.size() >= KNOWN_MAX) {
        KNOWN.clear();
      }
      known = parse(text);
      KNOWN.put(text, known);
    }
    return known;
  }

  private static JsonPath parse(String text) {
    var steps = new ArrayList<Step>();
    var inner =
        text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
    var matcher = STEP.matcher(inner);
    var end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      if (matcher.group(1) != null) {
        steps.add(new Step.Property(matcher.group(1).replace("\\", "")));
      } else if (matcher.group(2) != null) {
        steps.add(new Step.Property(matcher.group(2)));
      } else if (matcher.group(3) != null) {
        steps.add(new Step.Item(Integer.parseInt(matcher.group(3))));
      } else if (matcher.group(4) != null) {
        steps.add(new Step.All());
      } else {
        var quoted = matcher.group(6) == null ? matcher.group(7) : matcher.group(6);
        var value = quoted == null ? matcher.group(8) : quoted;
        steps.add(new Step.Matching(matcher.group(5), String.valueOf(value)));
      }
    }
    return end == inner.length() ? new JsonPath(steps) : new JsonPath(List.of(new Step.Item(-1)));
  }

  /** The values that the path leads to, without nulls. */
  List<JsonNode> find(JsonNode root) {
    var values = List.of(root);
    for (var step : steps) {
      var next = new ArrayList<JsonNode>();
      for (var value : values) {
        follow(value, step, next);
      }
      values = next;
    }
    return values;
  }

  private static void follow(JsonNode value, Step step, List<JsonNode> found) {
    switch (step) {
      case Step.Property(var name) -> add(value.path(name), found);
      case Step.Item(var index) -> add(value.path(index < 0 ? value.size() + index : index), found);
      case Step.All() -> value.values().forEach(item -> add(item, found));
      case Step.Matching(var path, var wanted) -> {
        for (var item : value) {
          var property = item;
          for (var name : path.split("\\.", -1)) {
            property = property.path(name);
          }
          if (property.asString("").equals(wanted)) {
            add(item, found);
          }
        }
      }
    }
  }

  private static void add(JsonNode value, List<JsonNode> found) {
    if (!value.isMissingNode() && !value.isNull()) {
      found.add(value);
    }
  }
}
