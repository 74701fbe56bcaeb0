package dev.nauarch.scheduling.explain;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, strings, numbers, booleans and nulls as JSON. */
public final class Json {

  private Json() {}

  /** The value as JSON without white space; maps keep their order. */
  public static String write(@Nullable Object value) {
    var text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    switch (value) {
      case null -> text.append("null");
      case Map<?, ?> map -> {
        var separator = '{';
        for (var entry : map.entrySet()) {
          text.append(separator);
          quote(text, String.valueOf(entry.getKey()));
          text.append(':');
          append(text, entry.getValue());
          separator = ',';
        }
        text.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        var separator = '[';
        for (var item : list) {
          text.append(separator);
          append(text, item);
          separator = ',';
        }
        text.append(list.isEmpty() ? "[]" : "]");
      }
      case Number number -> text.append(number);
      case Boolean bool -> text.append(bool);
      default -> quote(text, value.toString());
    }
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20) {
            var hex = Integer.toHexString(c);
            text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
