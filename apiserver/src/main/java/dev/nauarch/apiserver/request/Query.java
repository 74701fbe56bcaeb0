package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The query parameters of a request. */
public final class Query {

  /** No parameters. */
  public static final Query NONE = new Query(Map.of());

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

  private final Map<String, List<String>> valuesByName;

  private Query(Map<String, List<String>> valuesByName) {
    this.valuesByName = valuesByName;
  }

  /** Reads the part of a URL after the question mark. */
  public static Query parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    var values = new LinkedHashMap<String, List<String>>();
    var start = 0;
    while (start <= text.length()) {
      var end = text.indexOf('&', start);
      end = end < 0 ? text.length() : end;
      if (end > start) {
        var equals = text.indexOf('=', start);
        var hasValue = equals >= 0 && equals < end;
        var name = decode(text.substring(start, hasValue ? equals : end));
        var value = hasValue ? decode(text.substring(equals + 1, end)) : "";
        values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
      }
      start = end + 1;
    }
    return new Query(values);
  }

  /** The first value of a parameter; empty where there is none. */
  public String text(String name) {
    var values = valuesByName.get(name);
    return values == null ? "" : values.getFirst();
  }

  /** All values of a parameter. */
  public List<String> all(String name) {
    return valuesByName.getOrDefault(name, List.of());
  }

  /** Whether a parameter is there. */
  public boolean has(String name) {
    return valuesByName.containsKey(name);
  }

  /**
   * Whether a parameter is true; {@code watch} and {@code watch=} are as true as {@code watch=1}.
   */
  public boolean flag(String name) {
    return has(name) && !text(name).equals("false") && !text(name).equals("0");
  }

  /**
   * A whole number; a default where there is none.
   *
   * @throws ApiException {@code BAD_REQUEST} when it is no number
   */
  public long number(String name, long byDefault) {
    var text = text(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "strconv.ParseInt: parsing " + Json.quoted(text) + ": " + whyNoNumber(text));
    }
  }

  private static String whyNoNumber(String text) {
    return NUMBER.matcher(text).matches() ? "value out of range" : "invalid syntax";
  }

  static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("invalid URL escape in \"" + text + "\"");
    }
  }
}
