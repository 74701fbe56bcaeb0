package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.expression.ReservedWords;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** How values of a schema look in expressions. */
final class CelValues {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_./-][a-zA-Z0-9_./-]*");
  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");

  /** The only metadata that a rule may read, since all else changes behind its back. */
  private static final Set<String> METADATA = Set.of("name", "generateName");

  private static final Schema ANY = Schema.builder(Schema.Type.ANY).build();

  private CelValues() {}

  /** The names of the properties that rules of a schema can read. */
  static Set<String> names(Schema schema, boolean isWhole) {
    if (!isWhole) {
      return schema.propertyNames();
    }
    var names = new LinkedHashSet<>(schema.propertyNames());
    names.addAll(List.of("apiVersion", "kind", "metadata"));
    return names;
  }

  /** The value in an expression; empty for null, which is no value there. */
  static Optional<Object> value(Schema schema, JsonNode json) {
    return value(schema, schema.isEmbeddedResource(), json);
  }

  /**
   * The same.
   *
   * @param isWhole whether it is a whole object, of whose metadata only the names can be read
   */
  static Optional<Object> value(Schema schema, boolean isWhole, JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> Optional.of(object(schema, isWhole, json));
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

  private static Object object(Schema schema, boolean isWhole, JsonNode json) {
    var isStructure = !schema.propertyNames().isEmpty() && schema.additionalProperties().isEmpty();
    var result = new HashMap<String, Object>();
    for (var entry : json.properties()) {
      var name = entry.getKey();
      var key = isStructure ? escaped(name) : Optional.of(name);
      if (key.isEmpty()) {
        continue;
      }
      if (isWhole && !schema.isEmbeddedResource() && name.equals("metadata")) {
        result.put(key.get(), names(entry.getValue()));
      } else {
        var inner = schema.property(name).or(schema::additionalProperties).orElse(ANY);
        value(inner, entry.getValue())
            .ifPresent(
                value -> {
                  result.put(key.get(), value);
                  if (isStructure && isKeyword(name)) {
                    result.put(name, value);
                  }
                });
      }
    }
    return result;
  }

  private static Map<String, Object> names(JsonNode metadata) {
    var names = new HashMap<String, Object>();
    for (var field : METADATA) {
      value(ANY, metadata.path(field)).ifPresent(value -> names.put(field, value));
    }
    return names;
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

  /** Whether CEL has another use for a name. */
  static boolean isKeyword(String name) {
    return ReservedWords.contains(name);
  }

  /**
   * A property's name as an identifier: {@code x-y} is {@code x__dash__y}; empty where it can't be
   * one.
   */
  static Optional<String> escaped(String name) {
    if (ReservedWords.contains(name)) {
      return Optional.of("__" + name + "__");
    }
    return NAME.matcher(name).matches()
        ? Optional.of(
            name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__"))
        : Optional.empty();
  }
}
