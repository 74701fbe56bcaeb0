package dev.nauarch.apiserver.object;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.LabelSelector.Operator;
import dev.nauarch.apiserver.object.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads label selectors; used once for one text. */
final class SelectorParser {

  private final String text;
  private int at;

  SelectorParser(String text) {
    this.text = text;
  }

  List<Requirement> labelRequirements() {
    var requirements = new ArrayList<Requirement>();
    while (true) {
      requirements.add(requirement());
      skipBlanks();
      if (at == text.length()) {
        return List.copyOf(requirements);
      }
      if (text.charAt(at) != ',') {
        throw unexpected("',' or 'end of string'");
      }
      at++;
    }
  }

  private Requirement requirement() {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '!') {
      at++;
      return new Requirement(key(), Operator.DOES_NOT_EXIST, List.of());
    }
    var key = key();
    skipBlanks();
    if (at == text.length() || text.charAt(at) == ',') {
      return new Requirement(key, Operator.EXISTS, List.of());
    }
    if (take("==") || take("=")) {
      return new Requirement(key, Operator.IN, List.of(value(key)));
    }
    if (take("!=")) {
      return new Requirement(key, Operator.NOT_IN, List.of(value(key)));
    }
    if (take(">")) {
      return new Requirement(key, Operator.GREATER, List.of(integer(key)));
    }
    if (take("<")) {
      return new Requirement(key, Operator.LESS, List.of(integer(key)));
    }
    var word = word();
    return switch (word) {
      case "in" -> new Requirement(key, Operator.IN, values(key));
      case "notin" -> new Requirement(key, Operator.NOT_IN, values(key));
      default -> {
        at -= word.length();
        throw unexpected("in, notin, =, ==, !=, gt, lt");
      }
    };
  }

  private String key() {
    skipBlanks();
    var key = word();
    if (key.isEmpty()) {
      throw unexpected("!, identifier, or 'end of string'");
    }
    NameRules.labelKey(key)
        .ifPresent(
            why -> {
              throw unreadable("key: Invalid value: \"" + key + "\": " + why);
            });
    return key;
  }

  private String value(String key) {
    skipBlanks();
    var value = word();
    NameRules.labelValue(value)
        .ifPresent(
            why -> {
              throw unreadable("values[0][" + key + "]: Invalid value: \"" + value + "\": " + why);
            });
    return value;
  }

  private String integer(String key) {
    var value = value(key);
    try {
      return Long.toString(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw unreadable(
          "values[0]: Invalid value: \""
              + value
              + "\": for 'Gt', 'Lt' operators, the value must be an integer");
    }
  }

  private List<String> values(String key) {
    skipBlanks();
    if (!take("(")) {
      throw unexpected("'('");
    }
    var values = new TreeSet<String>();
    do {
      values.add(value(key));
      skipBlanks();
    } while (take(","));
    if (!take(")")) {
      throw unexpected("',' or ')'");
    }
    return List.copyOf(values);
  }

  private boolean take(String what) {
    if (text.startsWith(what, at)) {
      at += what.length();
      return true;
    }
    return false;
  }

  private String word() {
    var start = at;
    while (at < text.length() && "!=<>(), \t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private ApiException unexpected(String expected) {
    var rest = at >= text.length() ? "" : text.substring(at, Math.min(text.length(), at + 20));
    return unreadable("found '" + rest + "', expected: " + expected);
  }

  private static ApiException unreadable(String why) {
    return ApiException.badRequest("unable to parse requirement: " + why);
  }
}
