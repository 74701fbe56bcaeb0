package dev.nauarch.apiserver.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads {@code Accept} headers. */
public final class Accept {

  /**
   * One media type that a client takes.
   *
   * @param type in small letters, for example {@code application/json}, {@code application/*}
   * @param parameters all but the quality
   * @param quality from 0 to 1
   */
  public record Range(String type, Map<String, String> parameters, double quality) {

    /** Whether a media type is one of this range. */
    public boolean takes(String mediaType) {
      return type.equals("*/*")
          || type.equals(mediaType)
          || (type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1)));
    }

    /** A parameter's value; empty where there is none. */
    public String parameter(String name) {
      return parameters.getOrDefault(name, "");
    }
  }

  private Accept() {}

  /** What a client takes, the best first; everything where it does not say. */
  public static List<Range> ranges(String accept) {
    var ranges = new ArrayList<Range>();
    for (var part : (accept.isBlank() ? "*/*" : accept).split(",", -1)) {
      var range = range(part);
      if (range.quality > 0) {
        ranges.add(range);
      }
    }
    ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
    return ranges;
  }

  private static Range range(String text) {
    var parts = text.split(";", -1);
    var parameters = new LinkedHashMap<String, String>();
    var quality = 1.0;
    for (var i = 1; i < parts.length; i++) {
      var equals = parts[i].indexOf('=');
      if (equals > 0) {
        var name = parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT);
        var value = parts[i].substring(equals + 1).strip();
        if (name.equals("q")) {
          quality = quality(value);
        } else {
          parameters.put(name, value);
        }
      }
    }
    return new Range(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality);
  }

  private static double quality(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
