package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Structure;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** How values of a schema look in expressions: their types, and they themselves. */
final class CelValues {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_./-]*");
  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");

  private static final Set<String> KEYWORDS =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  /** The only metadata that a rule may read, since all else changes behind its back. */
  private static final Set<String> METADATA = Set.of("name", "generateName");

  private static final Schema ANY = Schema.builder(Schema.Type.ANY).build();

  private CelValues() {}

  /** The type of the values of a schema; {@code path} names it among all others. */
  static ValueType type(Schema schema, String path) {
    return switch (schema.type()) {
      case OBJECT -> objectType(schema, path);
      case ARRAY ->
          new ListOf(schema.items().map(items -> type(items, path + ".@items")).orElse(Scalar.ANY));
      case STRING ->
          switch (schema.format()) {
            case "byte" -> Scalar.BYTES;
            case "date", "date-time" -> Scalar.TIMESTAMP;
            case "duration" -> Scalar.DURATION;
            default -> Scalar.STRING;
          };
      case INTEGER -> Scalar.INT;
      case NUMBER -> Scalar.DOUBLE;
      case BOOLEAN -> Scalar.BOOL;
      case INT_OR_STRING, ANY -> Scalar.ANY;
    };
  }

  private static ValueType objectType(Schema schema, String path) {
    var values = schema.additionalProperties();
    if (values.isPresent()) {
      return new MapOf(type(values.get(), path + ".@values"));
    }
    if (schema.propertyNames().isEmpty()) {
      return Scalar.ANY;
    }
    var fields = new LinkedHashMap<String, Supplier<ValueType>>();
    for (var name : schema.propertyNames()) {
      var property = schema.property(name);
      if (property.isPresent() && NAME.matcher(name).matches()) {
        var inner = path + "." + escaped(name);
        fields.put(
            escaped(name),
            () -> isMetadata(schema, name) ? metadataType(inner) : type(property.get(), inner));
      }
    }
    return new Structure(path, fields);
  }

  private static ValueType metadataType(String path) {
    var fields = new LinkedHashMap<String, Supplier<ValueType>>();
    METADATA.forEach(name -> fields.put(name, () -> Scalar.STRING));
    return new Structure(path, fields);
  }

  /** Whether a property is the metadata of a whole object. */
  private static boolean isMetadata(Schema schema, String name) {
    return name.equals("metadata")
        && schema.property("apiVersion").isPresent()
        && schema.property("kind").isPresent();
  }

  /** The value in an expression; empty for null, which is no value there. */
  static Optional<Object> value(Schema schema, JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> Optional.of(object(schema, json));
      case ARRAY -> Optional.of(list(schema, json));
      case STRING -> Optional.of(text(schema, json.stringValue()));
      case BOOLEAN -> Optional.of(json.booleanValue());
      case NUMBER ->
          Optional.of(
              schema.type() == Schema.Type.NUMBER || !json.isIntegralNumber()
                  ? (Object) json.doubleValue()
                  : (Object) json.longValue());
      default -> Optional.empty();
    };
  }

  private static Object object(Schema schema, JsonNode json) {
    var isStructure = !schema.propertyNames().isEmpty() && schema.additionalProperties().isEmpty();
    var result = new HashMap<String, Object>();
    for (var entry : json.properties()) {
      var name = entry.getKey();
      var inner = schema.property(name).or(schema::additionalProperties).orElse(ANY);
      var key = isStructure ? escaped(name) : name;
      if (!isMetadata(schema, name)) {
        value(inner, entry.getValue()).ifPresent(value -> result.put(key, value));
      } else {
        var metadata = new HashMap<String, Object>();
        for (var field : METADATA) {
          value(ANY, entry.getValue().path(field)).ifPresent(value -> metadata.put(field, value));
        }
        result.put(key, metadata);
      }
    }
    return result;
  }

  private static List<Object> list(Schema schema, JsonNode json) {
    var items = schema.items().orElse(ANY);
    var result = new ArrayList<Object>();
    json.forEach(item -> value(items, item).ifPresent(result::add));
    return result;
  }

  private static Object text(Schema schema, String text) {
    try {
      return switch (schema.format()) {
        case "date-time" -> OffsetDateTime.parse(text).toInstant();
        case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        case "duration" -> duration(text);
        case "byte" -> Base64.getDecoder().decode(text);
        default -> text;
      };
    } catch (DateTimeException | IllegalArgumentException malformed) {
      // Its format is refused elsewhere; a rule that reads it fails on its own.
      return text;
    }
  }

  private static Duration duration(String text) {
    var total = Duration.ZERO;
    var part = DURATION_PART.matcher(text);
    var at = 0;
    while (part.find() && part.start() == at) {
      var unit =
          switch (part.group(2)) {
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            case "s" -> Duration.ofSeconds(1);
            case "ms" -> Duration.ofMillis(1);
            case "us" -> Duration.ofNanos(1_000);
            default -> Duration.ofNanos(1);
          };
      var nanos = new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
      total = total.plusNanos(nanos.longValue());
      at = part.end();
    }
    if (at == 0 || at != text.length()) {
      throw new IllegalArgumentException("not a duration: " + text);
    }
    return total;
  }

  /** A property's name as an identifier: {@code x-y} is {@code x__dash__y}. */
  static String escaped(String name) {
    if (KEYWORDS.contains(name)) {
      return "__" + name + "__";
    }
    return name.replace("__", "__underscores__")
        .replace(".", "__dot__")
        .replace("-", "__dash__")
        .replace("/", "__slash__");
  }
}
