package dev.nauarch.nodeagent.image.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a registry wants to be told who asks, by its header {@code WWW-Authenticate}.
 *
 * @param scheme in small letters, for example {@code bearer}
 * @param parameters by name, in small letters
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PART =
      Pattern.compile("\\s*,?\\s*([\\w-]+)(\\s*=\\s*(\"((?:[^\"\\\\]|\\\\.)*)\"|[^\\s,\"]*))?");

  /** Reads headers; what can't be read is left out. */
  static List<Challenge> parse(List<String> headers) {
    var found = new ArrayList<Challenge>();
    for (var header : headers) {
      var parts = PART.matcher(header);
      while (parts.lookingAt()) {
        var name = parts.group(1).toLowerCase(Locale.ROOT);
        if (parts.group(2) == null) {
          found.add(new Challenge(name, new TreeMap<>()));
        } else if (!found.isEmpty()) {
          var quoted = parts.group(4);
          var value = quoted == null ? parts.group(3) : quoted.replaceAll("\\\\(.)", "$1");
          found.getLast().parameters().put(name, value);
        }
        parts.region(parts.end(), header.length());
      }
    }
    return found;
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
