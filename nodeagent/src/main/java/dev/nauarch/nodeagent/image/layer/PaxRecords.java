package dev.nauarch.nodeagent.image.layer;

import dev.nauarch.nodeagent.image.layer.TarEntry.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an extended header says of the entry that follows: records of the form {@code LENGTH
 * KEY=VALUE}. Values are bytes, since extended attributes are.
 */
final class PaxRecords {
  private static final String ATTRIBUTE = "SCHILY.xattr.";

  private final Map<String, byte[]> valueByKey = new LinkedHashMap<>();
  private final List<Long> sparseNumbers = new ArrayList<>();

  /** Takes one header; what it says goes before what was said earlier. */
  void read(byte[] bytes) throws IOException {
    for (var at = 0; at < bytes.length; ) {
      var blank = at;
      while (blank < bytes.length && bytes[blank] != ' ') {
        blank++;
      }
      var digits = new String(bytes, at, blank - at, StandardCharsets.ISO_8859_1);
      var length = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
      var end = at + length;
      if (length <= blank - at + 2 || end > bytes.length || bytes[end - 1] != '\n') {
        throw new IOException("the layer is no tar archive: an extended header is broken");
      }
      var equals = blank + 1;
      while (equals < end && bytes[equals] != '=') {
        equals++;
      }
      if (equals == end) {
        throw new IOException("the layer is no tar archive: an extended header has no value");
      }
      var key = new String(bytes, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1);
      put(key, Arrays.copyOfRange(bytes, equals + 1, end - 1));
      at = end;
    }
  }

  private void put(String key, byte[] value) throws IOException {
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      // The oldest form repeats these two keys, once for each part.
      sparseNumbers.add(number(key, new String(value, StandardCharsets.ISO_8859_1)));
    }
    valueByKey.put(key, value);
  }

  void clear() {
    valueByKey.clear();
    sparseNumbers.clear();
  }

  String text(String key, String otherwise) {
    var value = valueByKey.get(key);
    return value == null ? otherwise : new String(value, StandardCharsets.ISO_8859_1);
  }

  long number(String key, long otherwise) throws IOException {
    var value = valueByKey.get(key);
    return value == null ? otherwise : number(key, text(key, ""));
  }

  private static long number(String key, String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("the layer's extended header " + key + " is \"" + text + "\"", e);
    }
  }

  /** The whole seconds of a time, rounded down. */
  long seconds(long otherwise) throws IOException {
    var text = text("mtime", "");
    if (text.isEmpty()) {
      return otherwise;
    }
    var dot = text.indexOf('.');
    var whole = number("mtime", dot < 0 ? text : text.substring(0, dot));
    return text.startsWith("-") && nanosAfter(text) > 0 ? whole - 1 : whole;
  }

  /** The nanoseconds of a time, after its whole seconds. */
  long nanos() throws IOException {
    var text = text("mtime", "");
    var after = nanosAfter(text);
    return text.startsWith("-") && after > 0 ? 1_000_000_000 - after : after;
  }

  private static long nanosAfter(String text) throws IOException {
    var dot = text.indexOf('.');
    return dot < 0 || dot == text.length() - 1
        ? 0
        : number("mtime", (text.substring(dot + 1) + "000000000").substring(0, 9));
  }

  /** Whether the entry's bytes begin with a map of its parts. */
  boolean hasMapInBytes() throws IOException {
    return number("GNU.sparse.major", 0) == 1;
  }

  /** The parts of a sparse file whose map is here; empty where it is not. */
  List<Part> parts() throws IOException {
    var numbers = new ArrayList<>(sparseNumbers);
    var map = text("GNU.sparse.map", "");
    if (!map.isEmpty()) {
      numbers.clear();
      for (var each : map.split(",", -1)) {
        numbers.add(number("GNU.sparse.map", each));
      }
    }
    var parts = new ArrayList<Part>();
    for (var i = 0; i + 1 < numbers.size(); i += 2) {
      parts.add(new Part(numbers.get(i), numbers.get(i + 1)));
    }
    return parts;
  }

  /** The entry's extended attributes. */
  Map<String, byte[]> attributes() {
    var attributes = new LinkedHashMap<String, byte[]>();
    valueByKey.forEach(
        (key, value) -> {
          if (key.startsWith(ATTRIBUTE)) {
            attributes.put(key.substring(ATTRIBUTE.length()), value);
          }
        });
    return attributes;
  }
}
