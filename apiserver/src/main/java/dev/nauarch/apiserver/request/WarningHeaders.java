package dev.nauarch.apiserver.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The headers that warn a client. Each text is said once; where all together are too long for
 * headers, long ones are cut, and those that do not fit even so are left out.
 */
final class WarningHeaders {

  /** How many letters all texts may have before they are cut. */
  private static final int LENGTH_MAX = 4096;

  /** How many letters of a text are left where it is cut. */
  private static final int CUT_LENGTH_MAX = 256;

  private WarningHeaders() {}

  static List<Response.Header> of(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    var distinct = new LinkedHashSet<>(texts);
    distinct.remove("");
    var length = distinct.stream().mapToInt(WarningHeaders::length).sum();
    var headers = new ArrayList<Response.Header>(distinct.size());
    var said = 0;
    for (var text : distinct) {
      if (length <= LENGTH_MAX) {
        headers.add(header(text));
      } else if (said < LENGTH_MAX) {
        var cut = length(text) <= CUT_LENGTH_MAX ? text : cut(text);
        said += length(cut);
        headers.add(header(cut));
      }
    }
    return headers;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text) {
    return text.substring(0, text.offsetByCodePoints(0, CUT_LENGTH_MAX));
  }

  private static Response.Header header(String text) {
    var line = new StringBuilder("299 - \"");
    text.codePoints()
        .forEach(
            letter -> {
              if (letter == '"' || letter == '\\') {
                line.append('\\');
              }
              line.appendCodePoint(Character.isISOControl(letter) ? ' ' : letter);
            });
    // Headers are written letter by letter as single bytes, so each letter must be one.
    var bytes = line.append('"').toString().getBytes(StandardCharsets.UTF_8);
    return new Response.Header("Warning", new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
