package dev.nauarch.apiserver.schema;

import dev.nauarch.api.Timestamps;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.codec.FieldPath;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** How Kubernetes decodes JSON into Go types, and what it says when it can't. */
final class GoTypes {

  private static final Pattern INDEX = Pattern.compile("\\[\\d+]");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private GoTypes() {}

  /**
   * A field of a Go struct, as an error names it.
   *
   * @param struct the definition that has the field
   * @param path where the value stands in its object
   */
  record Place(Schema struct, FieldPath path) {

    @Override
    public String toString() {
      var fields = INDEX.matcher(path.toString()).replaceAll("");
      return struct.shortName().isEmpty() ? fields : struct.shortName() + "." + fields;
    }
  }

  /** What Go says of a value that it can't decode. */
  static String mismatch(JsonNode value, Schema form, Place place) {
    var found =
        switch (value.getNodeType()) {
          case ARRAY -> "array";
          case BOOLEAN -> "bool";
          case NUMBER -> isWhole(form) ? "number " + value : "number";
          case STRING -> "string";
          case OBJECT -> "object";
          default -> "null";
        };
    return "json: cannot unmarshal "
        + found
        + " into Go struct field "
        + place
        + " of type "
        + typeName(form);
  }

  private static boolean isWhole(Schema form) {
    return form.type() == Schema.Type.INTEGER;
  }

  /** The name of a Go type, for example {@code []v1.Container}. */
  static String typeName(Schema form) {
    if (!form.definition().isEmpty()) {
      var parts = form.definition().split("\\.", -1);
      return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }
    return switch (form.type()) {
      case ARRAY -> "[]" + form.items().map(GoTypes::typeName).orElse("interface {}");
      case OBJECT ->
          "map[string]" + form.additionalProperties().map(GoTypes::typeName).orElse("interface {}");
      case INTEGER -> form.format().isEmpty() ? "int64" : form.format();
      case NUMBER -> "float64";
      case BOOLEAN -> "bool";
      case STRING -> form.format().equals("byte") ? "[]uint8" : "string";
      case INT_OR_STRING -> "intstr.IntOrString";
      case ANY -> "interface {}";
    };
  }

  /** What Go makes of null in a list or a map. */
  static JsonNode zero(Schema form) {
    return switch (form.type()) {
      case OBJECT -> NODES.objectNode();
      case ARRAY -> NODES.arrayNode();
      case INTEGER, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
      case BOOLEAN -> NODES.booleanNode(false);
      case STRING -> NODES.stringNode("");
      case ANY -> NODES.nullNode();
    };
  }

  /** Decodes a value that is neither object nor list. */
  static JsonNode scalar(JsonNode value, Schema form, Place place)
      throws FormWalk.MismatchException {
    switch (form.shortName()) {
      case "Quantity" -> {
        return quantity(value);
      }
      case "Time" -> {
        return time(value, SECONDS);
      }
      case "MicroTime" -> {
        return time(value, MICROSECONDS);
      }
      default -> {
        // A plain value.
      }
    }
    var fits =
        switch (form.type()) {
          case STRING -> value.isString();
          case BOOLEAN -> value.isBoolean();
          case INTEGER -> fitsInteger(value, form);
          case NUMBER -> value.isNumber();
          case INT_OR_STRING -> value.isString() || fitsInteger(value, form);
          default -> true;
        };
    if (!fits) {
      throw new FormWalk.MismatchException(mismatch(value, form, place));
    }
    if (form.format().equals("byte")) {
      checkBase64(value.stringValue());
    }
    return value;
  }

  private static boolean fitsInteger(JsonNode value, Schema form) {
    return value.isIntegralNumber()
        && (form.format().equals("int64") ? value.canConvertToLong() : value.canConvertToInt());
  }

  private static JsonNode quantity(JsonNode value) throws FormWalk.MismatchException {
    var text = value.isNumber() || value.isString() ? value.asString() : "";
    return Amount.read(text)
        .map(Amount::toString)
        .map(NODES::stringNode)
        .orElseThrow(() -> new FormWalk.MismatchException(Amount.FORM));
  }

  private static JsonNode time(JsonNode value, DateTimeFormatter form)
      throws FormWalk.MismatchException {
    if (form.equals(SECONDS) && Timestamps.isPlain(value.asString(""))) {
      return value;
    }
    try {
      return NODES.stringNode(form.format(OffsetDateTime.parse(value.asString(""))));
    } catch (DateTimeException malformed) {
      var text = value.asString(value.toString());
      throw new FormWalk.MismatchException(
          "parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse it");
    }
  }

  private static void checkBase64(String text) throws FormWalk.MismatchException {
    try {
      Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
    } catch (IllegalArgumentException malformed) {
      throw new FormWalk.MismatchException("illegal base64 data");
    }
  }
}
