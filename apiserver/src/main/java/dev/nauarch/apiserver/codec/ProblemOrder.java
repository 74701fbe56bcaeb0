package dev.nauarch.apiserver.codec;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a JSON document again to learn where the fields stand that something is wrong with. That is
 * only done for documents in which both unknown and duplicate fields were found.
 */
final class ProblemOrder {

  private final Set<String> open;
  private final Set<String> ordered = new LinkedHashSet<>();

  ProblemOrder(Collection<String> problems) {
    this.open = new LinkedHashSet<>(problems);
  }

  void read(JsonParser parser) {
    parser.nextToken();
    value(parser, FieldPath.ROOT);
  }

  /** All problems; at the end those of which no field was found. */
  List<String> found() {
    ordered.addAll(open);
    return List.copyOf(ordered);
  }

  private void value(JsonParser parser, FieldPath path) {
    switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> {
        for (var at = 0; parser.nextToken() != JsonToken.END_ARRAY; at++) {
          value(parser, path.item(at));
        }
      }
      case null, default -> {
        // A scalar has no fields.
      }
    }
  }

  private void object(JsonParser parser, FieldPath path) {
    var seen = new HashSet<String>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      var field = path.property(name);
      take("unknown field \"" + field + "\"");
      if (!seen.add(name)) {
        take("duplicate field \"" + field + "\"");
      }
      parser.nextToken();
      value(parser, field);
    }
  }

  private void take(String problem) {
    if (open.remove(problem)) {
      ordered.add(problem);
    }
  }
}
