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

  private static final Map<Asked, Encoding> KNOWN = new ConcurrentHashMap<>();

  /** A header, and what there is to choose from. */
  private record Asked(String accept, Offer offer) {}

  /** What an answer can be written as, beside JSON. */
  public enum Offer {
    /** An object of a kind that protobuf has a form for. */
    ANY(true, true),
    /** The answer to a question, which nobody lists. */
    ANSWER(true, true),
    /** An object of a custom kind, of which protobuf has a form for the metadata alone. */
    CUSTOM(false, true),
    /** A stream of objects. */
    STREAM(true, false),
    /** A stream of objects of a custom kind. */
    CUSTOM_STREAM(false, false);

    private final boolean hasProtobuf;
    private final boolean hasYaml;

    Offer(boolean hasProtobuf, boolean hasYaml) {
      this.hasProtobuf = hasProtobuf;
      this.hasYaml = hasYaml;
    }

    private boolean has(String mediaType, Form form) {
      if (form == Form.TABLE && this == ANSWER) {
        return false;
      }
      return switch (mediaType) {
        case YAML -> hasYaml;
        case PROTOBUF -> form == Form.METADATA || (form == Form.OBJECT && hasProtobuf);
        default -> mediaType.equals(JSON);
      };
    }

    /** The refusal of a client that takes nothing of it; streams are not named apart. */
    private ApiException notAcceptable() {
      return new ApiException(
          ApiException.Reason.NOT_ACCEPTABLE,
          "only the following media types are accepted: "
              + String.join(
                  ", ", hasProtobuf ? List.of(JSON, YAML, PROTOBUF) : List.of(JSON, YAML)),
          ApiException.Details.NONE);
    }
  }

  /**
   * The best encoding for an Accept header.
   *
   * @throws ApiException {@code NOT_ACCEPTABLE} when it asks for none that there is
   */
  public static Encoding of(String accept, Offer offer) {
    if (accept.isEmpty() || accept.equals("*/*") || accept.equals(JSON)) {
      return PLAIN;
    }
    var asked = new Asked(accept, offer);
    var known = KNOWN.get(asked);
    if (known != null) {
      return known;
    }
    var found = parse(accept, offer);
    if (KNOWN.size() < KNOWN_MAX) {
      KNOWN.put(asked, found);
    }
    return found;
  }

  private static Encoding parse(String accept, Offer offer) {
    var ranges = Accept.ranges(accept);
    // JSON is what lies in the cache: it wins over protobuf wherever a client takes both.
    for (var range : ranges) {
      if (!range.type().equals(PROTOBUF) && isServed(range, offer)) {
        return encoding(range);
      }
    }
    for (var range : ranges) {
      if (isServed(range, offer)) {
        return encoding(range);
      }
    }
    throw offer.notAcceptable();
  }

  private static boolean isServed(Accept.Range range, Offer offer) {
    return offer.has(mediaType(range), form(range))
        && (form(range) == Form.OBJECT || isMeta(range));
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
    return new Encoding(mediaType(range), form(range), range.parameter("v"));
  }

  private static String mediaType(Accept.Range range) {
    return range.type().equals("*/*") || range.type().equals("application/*") ? JSON : range.type();
  }
}
