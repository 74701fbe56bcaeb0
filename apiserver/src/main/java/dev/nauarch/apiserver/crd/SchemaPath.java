package dev.nauarch.apiserver.crd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A path to a part of a schema, as rules and selectable fields write it: {@code .spec.ports} or
 * {@code .limits['cpu']}.
 *
 * @param target the part's schema
 * @param root the first name
 * @param text the path as errors show it, for example {@code limits[cpu]}
 */
record SchemaPath(JsonNode target, String root, String text) {

  /** What came of reading a path. */
  sealed interface Reading {
    record Found(SchemaPath path) implements Reading {}

    record Refused(String why) implements Reading {}
  }

  private static final String NO_FIELD = "does not refer to a valid field";
  private static final String ESCAPES = "abfnrtv'\\";
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b'\\";

  /**
   * Reads a path.
   *
   * @param allowsBrackets whether {@code ['x']} may be written
   */
  static Reading read(String path, JsonNode schema, boolean allowsBrackets) {
    var tokens = tokens(path);
    var at = 0;
    var target = schema;
    var text = new StringBuilder();
    var root = "";
    while (at < tokens.size()) {
      var token = tokens.get(at++);
      var isBracket = token.equals("[");
      if (!isBracket && !token.equals(".")) {
        return new Reading.Refused("expected [ or . but got: " + token);
      }
      if (isBracket && !allowsBrackets) {
        return new Reading.Refused("array notation is not allowed");
      }
      if (at >= tokens.size()) {
        return new Reading.Refused("unexpected end of JSON path");
      }
      var written = tokens.get(at++);
      var name = isBracket ? unquoted(written) : Optional.of(written);
      if (name.isEmpty()) {
        return new Reading.Refused("expected single quoted string but got " + written);
      }
      var properties = target.path("properties");
      if (!properties.isEmpty()) {
        target = properties.path(name.get());
        text.append(text.isEmpty() ? "" : ".").append(name.get());
      } else {
        target = target.path("additionalProperties");
        text.append('[').append(name.get()).append(']');
      }
      if (!target.isObject()) {
        return new Reading.Refused(NO_FIELD);
      }
      root = root.isEmpty() ? name.get() : root;
      if (isBracket) {
        if (at >= tokens.size()) {
          return new Reading.Refused("unexpected end of JSON path");
        }
        if (!tokens.get(at++).equals("]")) {
          return new Reading.Refused("expected ] but got " + tokens.get(at - 1));
        }
      }
    }
    return new Reading.Found(new SchemaPath(target, root, text.toString()));
  }

  private static Optional<String> unquoted(String token) {
    return isQuoted(token) ? unescaped(token.substring(1, token.length() - 1)) : Optional.empty();
  }

  private static boolean isQuoted(String token) {
    return token.length() >= 2 && token.startsWith("'") && token.endsWith("'");
  }

  /** Dots, brackets, quoted names, and names. */
  private static List<String> tokens(String path) {
    var tokens = new ArrayList<String>();
    var start = 0;
    while (start < path.length()) {
      var first = path.charAt(start);
      var end = start + 1;
      if (first == '\'') {
        while (end < path.length() && (path.charAt(end) != '\'' || path.charAt(end - 1) == '\\')) {
          end++;
        }
        end = Math.min(end + 1, path.length());
      } else if (!isDelimiter(first)) {
        while (end < path.length() && !isDelimiter(path.charAt(end))) {
          end++;
        }
      }
      tokens.add(path.substring(start, end));
      start = end;
    }
    return tokens;
  }

  private static boolean isDelimiter(char letter) {
    return letter == '.' || letter == '[' || letter == ']';
  }

  private static Optional<String> unescaped(String text) {
    var result = new StringBuilder();
    var at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        var escape = ESCAPES.indexOf(text.charAt(at + 1));
        if (escape < 0) {
          return Optional.empty();
        }
        result.append(ESCAPED.charAt(escape));
        at += 2;
      } else {
        result.append(text.charAt(at));
        at++;
      }
    }
    return Optional.of(result.toString());
  }
}
