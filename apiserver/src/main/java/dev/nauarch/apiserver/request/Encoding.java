package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import java.util.List;
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

  private static Encoding parse(String accept) {
    var ranges = Accept.ranges(accept);
    // JSON is what lies in the cache: it wins over protobuf wherever a client takes both.
    for (var range : ranges) {
      if (!range.type().equals(PROTOBUF) && isKnown(range)) {
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

  private static boolean isKnown(Accept.Range range) {
    var type = range.type();
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

  private static boolean isMeta(Accept.Range range) {
    var version = range.parameter("v");
    return range.parameter("g").equals("meta.k8s.io")
        && (version.equals("v1") || version.equals("v1beta1"))
        && !range.parameter("as").isEmpty()
        && isForm(range.parameter("as"));
  }

  private static boolean isForm(String as) {
    return as.equals("Table")
        || as.equals("PartialObjectMetadata")
        || as.equals("PartialObjectMetadataList");
  }

  private static Form form(Accept.Range range) {
    return switch (range.parameter("as")) {
      case "" -> Form.OBJECT;
      case "Table" -> Form.TABLE;
      default -> Form.METADATA;
    };
  }

  private static Encoding encoding(Accept.Range range) {
    var type = range.type().endsWith("*") ? JSON : range.type();
    return new Encoding(type, form(range), range.parameter("v"));
  }
}
