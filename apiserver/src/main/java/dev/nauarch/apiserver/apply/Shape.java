package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Schema;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How the value at one place merges: a {@link Schema} seen through the eyes of ownership. Where no
 * schema says otherwise, objects merge by key and lists are one value.
 */
final class Shape {

  /** What a value is, as far as merging goes. */
  enum Form {
    MAP,
    LIST,
    SCALAR
  }

  /** A value that nothing is known of. */
  static final Shape UNKNOWN = new Shape(null, false, true);

  /** A value that nothing is known of and that is one whole. */
  private static final Shape OPAQUE = new Shape(null, true, true);

  private final @Nullable Schema schema;
  private final boolean opaque;
  private final boolean keepsUnknown;

  private Shape(@Nullable Schema schema, boolean opaque, boolean keepsUnknown) {
    this.schema = schema;
    this.opaque = opaque;
    this.keepsUnknown = keepsUnknown;
  }

  static Shape of(Schema schema) {
    return of(schema, false);
  }

  private static Shape of(Schema schema, boolean keepsUnknown) {
    if (schema.shortName().equals("RawExtension")) {
      return OPAQUE;
    }
    var keeps = keepsUnknown || schema.preservesUnknownFields();
    var saysNothing =
        schema.type() == Schema.Type.ANY
            && schema.propertyNames().isEmpty()
            && schema.items().isEmpty()
            && schema.additionalProperties().isEmpty()
            && !schema.isAtomic();
    return saysNothing ? UNKNOWN : new Shape(schema, false, keeps);
  }

  /** What the value is; null and values that the schema does not allow take the schema's form. */
  Form form(JsonNode value) {
    if (value.isObject() && allows(Schema.Type.OBJECT)) {
      return Form.MAP;
    }
    if (value.isArray() && allows(Schema.Type.ARRAY)) {
      return Form.LIST;
    }
    if (value.isValueNode() && !value.isNull() && allowsScalars()) {
      return Form.SCALAR;
    }
    return allows(Schema.Type.OBJECT) ? Form.MAP : allowsScalars() ? Form.SCALAR : Form.LIST;
  }

  /** Whether the schema allows the value, as far as merging cares. */
  boolean accepts(JsonNode value) {
    if (value.isNull() || schema == null) {
      return true;
    }
    return switch (schema.type()) {
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case INTEGER, NUMBER -> value.isNumber();
      case BOOLEAN -> value.isBoolean();
      case STRING -> schema.format().isEmpty() ? value.isString() : value.isValueNode();
      case INT_OR_STRING -> value.isValueNode();
      case ANY -> true;
    };
  }

  /** The word of a scalar's type in messages. */
  String typeName() {
    return schema == null
        ? "any"
        : switch (schema.type()) {
          case OBJECT -> "map";
          case ARRAY -> "list";
          case INTEGER, NUMBER -> "numeric (int or float)";
          case BOOLEAN -> "boolean";
          case STRING -> schema.format().isEmpty() ? "string" : "any scalar";
          case INT_OR_STRING, ANY -> "any scalar";
        };
  }

  /** Whether an object here is one value. */
  boolean isAtomicMap() {
    return opaque || (schema != null && schema.isAtomic());
  }

  /** Whether a list here is one value. */
  boolean isAtomicList() {
    return schema == null || schema.listType() == Schema.ListType.ATOMIC;
  }

  /** Whether the schema says that this is one value, whatever a value looks like. */
  boolean isDeclaredAtomic() {
    if (schema == null) {
      return opaque;
    }
    return switch (schema.type()) {
      case OBJECT -> isAtomicMap();
      case ARRAY -> isAtomicList();
      default -> false;
    };
  }

  /** Whether the schema names this property, rather than allowing any key. */
  boolean declares(String name) {
    return schema != null && schema.property(name).isPresent();
  }

  /** The shape below a property or key; empty where the schema does not allow one. */
  Optional<Shape> field(String name) {
    if (schema == null) {
      return Optional.of(this);
    }
    var property = schema.property(name).or(schema::additionalProperties);
    if (property.isPresent()) {
      return property.map(inner -> of(inner, keepsUnknown));
    }
    return keepsUnknown || schema.propertyNames().isEmpty()
        ? Optional.of(UNKNOWN)
        : Optional.empty();
  }

  /** The shape below an element; empty where the schema does not allow one. */
  Optional<Shape> below(PathElement element) {
    return element instanceof PathElement.Field(var name) ? field(name) : Optional.of(item());
  }

  /** The shape of a list's items. */
  Shape item() {
    return schema == null || schema.items().isEmpty()
        ? OPAQUE
        : of(schema.items().get(), keepsUnknown);
  }

  /** The path element of an item of a list that is not atomic; empty where it has none. */
  Optional<PathElement> element(JsonNode item) {
    if (schema == null || item.isNull()) {
      return Optional.empty();
    }
    if (schema.listType() == Schema.ListType.SET) {
      return item.isValueNode() ? Optional.of(new PathElement.Value(item)) : Optional.empty();
    }
    if (!item.isObject()) {
      return Optional.empty();
    }
    var valueByName = new TreeMap<String, JsonNode>();
    for (var name : schema.listMapKeys()) {
      var value = item.get(name);
      if (value != null) {
        valueByName.put(name, value);
      } else {
        schema
            .items()
            .flatMap(items -> items.property(name))
            .flatMap(Schema::defaultValue)
            .ifPresent(assumed -> valueByName.put(name, assumed));
      }
    }
    return valueByName.isEmpty() ? Optional.empty() : Optional.of(PathElement.Key.of(valueByName));
  }

  /** Why {@link #element} is empty for an item. */
  String elementProblem(JsonNode item) {
    if (schema == null) {
      return "invalid indexing of non-associative list";
    }
    if (schema.listType() == Schema.ListType.SET) {
      return item.isNull()
          ? "associative list without keys has an element that's an explicit null"
          : item.isObject()
              ? "associative list without keys has an element that's a map type"
              : "not supported: associative list with lists as elements";
    }
    if (item.isNull()) {
      return "associative list with keys may not have a null element";
    }
    if (!item.isObject()) {
      return "associative list with keys may not have non-map elements";
    }
    var keys = schema.listMapKeys().stream().map(key -> '"' + key + '"').toList();
    return "associative list with keys has an element that omits all key fields ["
        + String.join(" ", keys)
        + "] (and doesn't have default values for any key fields)";
  }

  private boolean allows(Schema.Type type) {
    return schema == null || schema.type() == type || schema.type() == Schema.Type.ANY;
  }

  private boolean allowsScalars() {
    return schema == null
        || (schema.type() != Schema.Type.OBJECT && schema.type() != Schema.Type.ARRAY);
  }
}
