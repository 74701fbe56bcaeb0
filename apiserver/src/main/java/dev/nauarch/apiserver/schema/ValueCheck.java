package dev.nauarch.apiserver.schema;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.FieldPath;
import dev.nauarch.apiserver.patch.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks a value against a schema: types, required properties, keywords, keys of lists. Types of
 * Kubernetes itself are already conformed, and what they require beyond that is told by the
 * strategies of their kinds.
 */
final class ValueCheck {

  private final List<FieldError> errors = new ArrayList<>();
  private boolean hasWrongType;

  private ValueCheck() {}

  /**
   * What is wrong with a value.
   *
   * @param old the value before; what did not change is not held against it. Null for none
   */
  static List<FieldError> check(JsonNode value, Schema schema, @Nullable JsonNode old) {
    var check = new ValueCheck();
    check.visit(value, schema, FieldPath.ROOT, false, old);
    return check.errors;
  }

  /**
   * What is wrong with a value that has one of a wrong type in it; nothing of one that has not.
   * What it lacks is not told: that may yet be filled in, and a null stands for what is not there.
   *
   * @param old the value before; null for none
   */
  static List<FieldError> checkTypes(JsonNode value, Schema schema, @Nullable JsonNode old) {
    var check = new ValueCheck();
    check.visit(value, schema, FieldPath.ROOT, false, old);
    return check.hasWrongType
        ? check.errors.stream().filter(error -> error.type() != FieldError.Type.REQUIRED).toList()
        : List.of();
  }

  /**
   * Checks one value.
   *
   * @param isOfGo whether a Go type holds it, whose lists may have an item twice: what must differ
   *     there is told by the strategies too
   * @param old the value before; null where there is none that it can be compared with
   */
  private void visit(
      JsonNode value, Schema form, FieldPath path, boolean isOfGo, @Nullable JsonNode old) {
    if (old != null && JsonValues.same(value, old)) {
      return;
    }
    if (value.isNull()) {
      if (!form.isNullable() && form.type() != Schema.Type.ANY) {
        typeError(value, form, path);
      }
      return;
    }
    if (!form.hasGoType() && !hasType(value, form.type())) {
      typeError(value, form, path);
      return;
    }
    checkEnumeration(value, form, path);
    KeywordCheck.check(value, form.keywords(), path, errors);
    if (!form.format().isEmpty() && value.isString() && !form.hasGoType()) {
      FormatCheck.check(value.stringValue(), form.format(), path, errors);
    }
    if (value instanceof ObjectNode object) {
      visitObject(object, form, path, old);
    } else if (value instanceof ArrayNode array) {
      if (!isOfGo && !hasDuplicates(old, form)) {
        checkUnique(array, form, path);
      }
      form.items()
          .ifPresent(
              items -> {
                for (var index = 0; index < array.size(); index++) {
                  var item = array.path(index);
                  visit(item, items, path.item(index), isOfGo, counterpart(item, form, old));
                }
              });
    }
  }

  /** The old item with the same keys; only lists by key have items that last. */
  private static @Nullable JsonNode counterpart(
      JsonNode item, Schema form, @Nullable JsonNode old) {
    if (old == null || form.listType() != Schema.ListType.MAP) {
      return null;
    }
    var key = keyOf(item, form.listMapKeys());
    return old.valueStream()
        .filter(before -> keyOf(before, form.listMapKeys()).equals(key))
        .findFirst()
        .orElse(null);
  }

  private static boolean hasDuplicates(@Nullable JsonNode old, Schema form) {
    if (!(old instanceof ArrayNode array)) {
      return false;
    }
    var before = new ValueCheck();
    before.checkUnique(array, form, FieldPath.ROOT);
    return !before.errors.isEmpty();
  }

  private void visitObject(ObjectNode object, Schema form, FieldPath path, @Nullable JsonNode old) {
    if (!form.hasGoType()) {
      for (var name : form.required()) {
        if (!object.has(name)) {
          errors.add(FieldError.required(path.property(name).toString(), ""));
        }
      }
    }
    for (var entry : object.properties()) {
      var name = entry.getKey();
      var property = form.property(name).or(form::additionalProperties);
      property.ifPresent(
          schema ->
              visit(
                  entry.getValue(),
                  schema,
                  path.property(name),
                  form.hasGoType(),
                  old == null ? null : old.get(name)));
    }
  }

  private void checkEnumeration(JsonNode value, Schema form, FieldPath path) {
    if (!form.enumeration().isEmpty() && !form.enumeration().contains(value)) {
      KeywordCheck.unsupported(value, form.enumeration(), path, errors);
    }
  }

  private void checkUnique(ArrayNode array, Schema form, FieldPath path) {
    if (form.listType() == Schema.ListType.ATOMIC) {
      return;
    }
    var seen = new LinkedHashSet<JsonNode>();
    for (var index = 0; index < array.size(); index++) {
      var item = array.path(index);
      var key = form.listType() == Schema.ListType.SET ? item : keyOf(item, form.listMapKeys());
      if (!seen.add(key)) {
        errors.add(FieldError.duplicate(path.item(index).toString(), key.toString()));
      }
    }
  }

  private static JsonNode keyOf(JsonNode item, List<String> names) {
    var key = JsonNodeFactory.instance.objectNode();
    for (var name : names) {
      if (item.has(name)) {
        key.set(name, item.path(name));
      }
    }
    return key;
  }

  private void typeError(JsonNode value, Schema form, FieldPath path) {
    hasWrongType |= !value.isNull();
    var expected =
        switch (form.type()) {
          case INT_OR_STRING -> "integer,string";
          default -> form.type().name().toLowerCase(java.util.Locale.ROOT);
        };
    errors.add(KeywordCheck.wrongType(value, expected, path));
  }

  private static boolean hasType(JsonNode value, Schema.Type type) {
    return switch (type) {
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING -> value.isString();
      case INTEGER -> value.isIntegralNumber();
      case NUMBER -> value.isNumber();
      case BOOLEAN -> value.isBoolean();
      case INT_OR_STRING -> value.isIntegralNumber() || value.isString();
      case ANY -> true;
    };
  }
}
