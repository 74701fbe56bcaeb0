package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How an answer is to look, as the client's Accept header asks.
 *
 * @param mediaType {@link #JSON}, {@link #YAML} or {@link #PROTOBUF}
 * @param form the object itself, or what of it
 * @param formVersion the version of the form's kind, for example {@code v1}
 */
public record Encoding(String mediaType, Form form, String formVersion) {

  /** JSON. */
  public static final String JSON = "application/json";

  /** YAML. */
  public static final String YAML = "application/yaml";

  /** Kubernetes' own wire form of protobuf. */
  public static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  /** What of an object is shown. */
  public enum Form {
    /** All of it. */
    OBJECT,
    /** Its cells in a table. */
    TABLE,
    /** Its metadata. */
    METADATA
  }

  private static final Encoding PLAIN = new Encoding(JSON, Form.OBJECT, "");
  private static final int KNOWN_MAX = 256;
  private static final Map<String, Encoding> KNOWN = new ConcurrentHashMap<>();

  /**
   * The best encoding for an Accept header.
   *
   * @throws ApiException {@code NOT_ACCEPTABLE} when it asks for none that there is
   */
  public static Encoding of(String accept) {
    if (accept.isEmpty() || accept.equals("*/*") || accept.equals(JSON)) {
      return PLAIN;
    }
    var known = KNOWN.get(accept);
    if (known != null) {
      return known;
    }
    var found = parse(accept);
    if (KNOWN.size() < KNOWN_MAX) {
      KNOWN.put(accept, found);
    }
    return found;
  }

  private record Range(String type, Map<String, String> parameters, double quality) {}

  private static Encoding parse(String accept) {
    var ranges = new ArrayList<Range>();
    for (var part : accept.split(",", -1)) {
      ranges.add(range(part));
    }
    ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
    // JSON is what lies in the cache: it wins over protobuf wherever a client takes both.
    for (var range : ranges) {
      if (!range.type.equals(PROTOBUF) && isKnown(range)) {
        return encoding(range);
      }
    }
    for (var range : ranges) {
      if (isKnown(range)) {
        return encoding(range);
      }
    }
    throw notAcceptable();
  }

  static ApiException notAcceptable() {
    return new ApiException(
        ApiException.Reason.NOT_ACCEPTABLE,
        "only the following media types are accepted: "
            + String.join(", ", List.of(JSON, YAML, PROTOBUF)),
        ApiException.Details.NONE);
  }

  private static boolean isKnown(Range range) {
    var type = range.type;
    var isType =
        type.equals(JSON)
            || type.equals(YAML)
            || type.equals(PROTOBUF)
            || type.equals("*/*")
            || type.equals("application/*");
    if (type.equals(PROTOBUF) && form(range) == Form.TABLE) {
      return false;
    }
    return isType && (form(range) == Form.OBJECT || isMeta(range));
  }

  private static boolean isMeta(Range range) {
    var version = range.parameters.getOrDefault("v", "");
    return range.parameters.getOrDefault("g", "").equals("meta.k8s.io")
        && (version.equals("v1") || version.equals("v1beta1"))
        && !range.parameters.getOrDefault("as", "").isEmpty()
        && isForm(range.parameters.getOrDefault("as", ""));
  }

  private static boolean isForm(String as) {
    return as.equals("Table")
        || as.equals("PartialObjectMetadata")
        || as.equals("PartialObjectMetadataList");
  }

  private static Form form(Range range) {
    return switch (range.parameters.getOrDefault("as", "")) {
      case "" -> Form.OBJECT;
      case "Table" -> Form.TABLE;
      default -> Form.METADATA;
    };
  }

  private static Encoding encoding(Range range) {
    var type = range.type.endsWith("*") ? JSON : range.type;
    return new Encoding(type, form(range), range.parameters.getOrDefault("v", ""));
  }

  private static Range range(String text) {
    var parts = text.split(";", -1);
    var parameters = new ConcurrentHashMap<String, String>();
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
