package dev.nauarch.apiserver.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The place that one operation of a JSON patch names.
 *
 * @param text as it was written
 * @param steps the unescaped names and indexes, outermost first; empty for the whole document
 */
record JsonPointer(String text, List<String> steps) {

  private static final Pattern SLASH = Pattern.compile("/");

  /** Reads {@code /spec/containers/0/image}. */
  static JsonPointer parse(String text) {
    var steps = new ArrayList<String>();
    var raw = SLASH.split(text, -1);
    for (var i = 1; i < raw.length; i++) {
      steps.add(raw[i].replace("~1", "/").replace("~0", "~"));
    }
    return new JsonPointer(text, List.copyOf(steps));
  }

  boolean isRoot() {
    return steps.isEmpty();
  }

  /** The last step. */
  String key() {
    return steps.getLast();
  }

  /** The object or list that holds the place; null where the document has none. */
  @Nullable JsonNode parent(JsonNode document) {
    @Nullable JsonNode node = document;
    for (var step : steps.subList(0, steps.size() - 1)) {
      node =
          switch (node) {
            case ObjectNode object -> object.get(step);
            case ArrayNode array -> {
              var at = index(step);
              var positive = at == null ? -1 : at < 0 ? at + array.size() : at;
              yield positive < 0 ? null : array.get(positive);
            }
            case null, default -> null;
          };
    }
    return node instanceof ObjectNode || node instanceof ArrayNode ? node : null;
  }

  /** A step as an index, which may be negative; null where it is no number. */
  static @Nullable Integer index(String step) {
    try {
      return Integer.valueOf(step);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}
