package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Sized;
import dev.nauarch.expression.ValueType.Structure;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The types that values of a schema have in rules, with the sizes that they can reach in one
 * request. What a schema gives no type to can't be read by rules.
 */
public final class CelTypes {

  /** The longest request, in bytes: nothing in it can be larger. */
  static final long REQUEST_MAX = 3 * 1024 * 1024;

  private static final int CHARACTER_BYTES_MAX = 4;
  private static final int TIME_LENGTH_MAX = 32;
  private static final int DATE_LENGTH = 12;
  private static final Schema TEXT = Schema.builder(Schema.Type.STRING).build();

  /** Of metadata a rule may read the names, since all else changes behind its back. */
  private static final Schema NAMES =
      Schema.builder(Schema.Type.OBJECT)
          .property("name", () -> TEXT)
          .property("generateName", () -> TEXT)
          .build();

  private CelTypes() {}

  /**
   * The type of the values of a schema.
   *
   * @param isWhole whether it is that of whole objects
   * @param path names it among all others
   */
  public static Optional<ValueType> of(Schema schema, boolean isWhole, String path) {
    return switch (schema.type()) {
      case OBJECT -> object(schema, isWhole, path);
      case ARRAY ->
          schema
              .items()
              .flatMap(
                  items ->
                      of(items, items.isEmbeddedResource(), path + ".@idx")
                          .map(type -> new ListOf(type, itemsMax(schema, items))));
      case STRING -> Optional.of(text(schema));
      case INTEGER -> Optional.of(Scalar.INT);
      case NUMBER -> Optional.of(Scalar.DOUBLE);
      case BOOLEAN -> Optional.of(Scalar.BOOL);
      case INT_OR_STRING ->
          Optional.of(new Sized(Scalar.ANY, keyword(schema, "maxLength", REQUEST_MAX - 2, 4)));
      case ANY -> Optional.empty();
    };
  }

  private static Optional<ValueType> object(Schema schema, boolean isWhole, String path) {
    var values = schema.additionalProperties();
    if (values.isPresent() && !isOpen(values.get())) {
      return of(values.get(), values.get().isEmbeddedResource(), path + ".@elem")
          .map(type -> new MapOf(type, entriesMax(schema, values.get())));
    }
    var fields = new LinkedHashMap<String, Supplier<ValueType>>();
    for (var name : CelValues.names(schema, isWhole)) {
      var property = property(schema, name, isWhole);
      var identifier = CelValues.escaped(name);
      if (identifier.isPresent() && isTyped(property)) {
        var inner = path + "." + identifier.get();
        Supplier<ValueType> type =
            () -> of(property, property.isEmbeddedResource(), inner).orElse(Scalar.ANY);
        fields.put(identifier.get(), type);
        // A keyword is no identifier, but may stand behind a dot as it is.
        fields.putIfAbsent(CelValues.isKeyword(name) ? name : identifier.get(), type);
      }
    }
    return Optional.of(new Structure(path, fields));
  }

  /** A property's schema as rules see it; every whole object has its names. */
  static Schema property(Schema schema, String name, boolean isWhole) {
    if (isWhole) {
      switch (name) {
        case "apiVersion", "kind" -> {
          return TEXT;
        }
        case "metadata" -> {
          return declaredMetadata(schema).orElse(NAMES);
        }
        default -> {
          // One of its own.
        }
      }
    }
    return schema.property(name).orElseThrow();
  }

  /** What an embedded object's schema says of its metadata itself. */
  private static Optional<Schema> declaredMetadata(Schema schema) {
    return schema.isEmbeddedResource()
        ? schema.property("metadata").filter(metadata -> !metadata.propertyNames().isEmpty())
        : Optional.empty();
  }

  /** Whether values may be anything, as {@code additionalProperties: true} says. */
  private static boolean isOpen(Schema values) {
    return values.type() == Schema.Type.ANY && !values.preservesUnknownFields();
  }

  private static boolean isTyped(Schema schema) {
    return switch (schema.type()) {
      case ANY -> false;
      case ARRAY -> schema.items().filter(CelTypes::isTyped).isPresent();
      case OBJECT ->
          schema.additionalProperties().filter(values -> !isOpen(values)).stream()
              .allMatch(CelTypes::isTyped);
      default -> true;
    };
  }

  private static ValueType text(Schema schema) {
    return switch (schema.format()) {
      case "byte" -> new Sized(Scalar.BYTES, keyword(schema, "maxLength", REQUEST_MAX - 2, 1));
      case "duration" -> new Sized(Scalar.DURATION, TIME_LENGTH_MAX);
      case "date" -> new Sized(Scalar.TIMESTAMP, DATE_LENGTH);
      case "date-time" -> new Sized(Scalar.TIMESTAMP, TIME_LENGTH_MAX);
      default ->
          new Sized(
              Scalar.STRING,
              keyword(schema, "maxLength", textMax(schema.enumeration()), CHARACTER_BYTES_MAX));
    };
  }

  private static long textMax(List<tools.jackson.databind.JsonNode> enumeration) {
    return enumeration.stream()
        .filter(value -> value.isString())
        .mapToLong(value -> value.stringValue().getBytes(StandardCharsets.UTF_8).length)
        .max()
        .orElse(REQUEST_MAX - 2);
  }

  private static long itemsMax(Schema list, Schema items) {
    return keyword(list, "maxItems", (REQUEST_MAX - 2) / (smallest(items, false) + 1), 1);
  }

  private static long entriesMax(Schema map, Schema values) {
    return keyword(map, "maxProperties", (REQUEST_MAX - 2) / (smallest(values, false) + 6), 1);
  }

  private static long keyword(Schema schema, String name, long otherwise, int factor) {
    var value = schema.keywords().get(name);
    return value == null ? otherwise : factor * Math.max(value.asLong(0), 0);
  }

  /** How many values of a schema there can be in one request at most. */
  static long countMax(Schema schema, boolean isWhole) {
    return REQUEST_MAX / (smallest(schema, isWhole) + 1);
  }

  /** The bytes of the smallest value of a schema, as JSON. */
  private static long smallest(Schema schema, boolean isWhole) {
    return switch (schema.type()) {
      case OBJECT ->
          schema.additionalProperties().isPresent() ? 2 : smallestObject(schema, isWhole);
      case ARRAY -> 2;
      case STRING ->
          switch (schema.format()) {
            case "duration" -> 3;
            case "date" -> DATE_LENGTH;
            case "date-time" -> 21;
            default -> 2;
          };
      case BOOLEAN -> 4;
      case INTEGER, NUMBER, INT_OR_STRING, ANY -> 1;
    };
  }

  /** Braces, and the properties that are required and not filled in. */
  private static long smallestObject(Schema schema, boolean isWhole) {
    var size = 2L;
    for (var name : schema.required()) {
      if (CelValues.names(schema, isWhole).contains(name)) {
        var property = property(schema, name, isWhole);
        if (isTyped(property) && property.defaultValue().isEmpty()) {
          size += name.length() + smallest(property, false) + 4;
        }
      }
    }
    return size;
  }
}
