package dev.nauarch.expression.library;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Fills texts with values: {@code "%s has %d".format([a, b])}. */
final class TextFormat {

  private static final int DEFAULT_PRECISION = 6;

  private final String template;
  private final List<?> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int used;

  private TextFormat(String template, List<?> arguments) {
    this.template = template;
    this.arguments = arguments;
  }

  static String fill(String template, List<?> arguments) {
    var format = new TextFormat(template, arguments);
    while (format.at < template.length()) {
      var c = template.charAt(format.at++);
      if (c == '%') {
        format.clause();
      } else {
        format.out.append(c);
      }
    }
    return format.out.toString();
  }

  private void clause() {
    var precision = DEFAULT_PRECISION;
    if (at < template.length() && template.charAt(at) == '.') {
      var from = ++at;
      while (at < template.length() && Character.isDigit(template.charAt(at))) {
        at++;
      }
      precision = Integer.parseInt(template.substring(from, at), 10);
    }
    if (at >= template.length()) {
      throw new IllegalArgumentException("unexpected end of format string");
    }
    var verb = template.charAt(at++);
    out.append(verb == '%' ? "%" : filled(verb, precision, next()));
  }

  private Object next() {
    if (used >= arguments.size()) {
      throw new IllegalArgumentException("index " + used + " out of range");
    }
    return arguments.get(used++);
  }

  private static String filled(char verb, int precision, Object value) {
    return switch (verb) {
      case 's' -> text(value);
      case 'd' -> whole(verb, value, 10);
      case 'b' -> value instanceof Boolean flag ? (flag ? "1" : "0") : whole(verb, value, 2);
      case 'o' -> whole(verb, value, 8);
      case 'x' -> whole(verb, value, 16);
      case 'X' -> whole(verb, value, 16).toUpperCase(Locale.ROOT);
      case 'f' ->
          new BigDecimal(number(verb, value).toString())
              .setScale(precision, RoundingMode.HALF_EVEN)
              .toPlainString();
      case 'e' ->
          String.format(Locale.ROOT, "%." + precision + "e", number(verb, value).doubleValue());
      default ->
          throw new IllegalArgumentException(
              "could not parse formatting clause: unrecognized formatting clause \"" + verb + '"');
    };
  }

  private static String whole(char verb, Object value, int radix) {
    if (value instanceof Long || value instanceof Integer) {
      return Long.toString(((Number) value).longValue(), radix);
    }
    if (value instanceof Double && verb == 'd') {
      return text(value);
    }
    throw wrong(verb, value);
  }

  private static Number number(char verb, Object value) {
    if (value instanceof Number number) {
      return number;
    }
    throw wrong(verb, value);
  }

  private static IllegalArgumentException wrong(char verb, Object value) {
    return new IllegalArgumentException(
        "error during formatting: %" + verb + " can't show " + value.getClass().getSimpleName());
  }

  private static String text(Object value) {
    return switch (value) {
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          Long.toString(number.longValue());
      case List<?> list -> {
        var items = new ArrayList<String>();
        list.forEach(item -> items.add(text(item)));
        yield "[" + String.join(", ", items) + "]";
      }
      case Map<?, ?> map -> {
        var entries = new TreeMap<String, String>();
        map.forEach((key, item) -> entries.put(text(key), text(item)));
        var pairs = new ArrayList<String>();
        entries.forEach((key, item) -> pairs.add(key + ": " + item));
        yield "{" + String.join(", ", pairs) + "}";
      }
      default -> value.toString();
    };
  }
}
