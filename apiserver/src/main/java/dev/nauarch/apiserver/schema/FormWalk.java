package dev.nauarch.apiserver.schema;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.FieldPath;
import dev.nauarch.apiserver.schema.GoTypes.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One walk over an object that gives it the form of its kind; see {@link ObjectForm#conform}. */
final class FormWalk {

  /** A value that Go can't decode into its field. */
  static final class MismatchException extends Exception {
    private static final long serialVersionUID = 1L;

    MismatchException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private final List<String> unknownFields = new ArrayList<>();

  List<String> unknownFields() {
    return unknownFields;
  }

  void conform(ObjectNode object, Schema schema) throws MismatchException {
    var place = schema.hasGoType() ? new Place(schema, FieldPath.ROOT) : null;
    visitObject(object, schema, FieldPath.ROOT, place);
  }

  private void visitObject(ObjectNode object, Schema schema, FieldPath path, @Nullable Place place)
      throws MismatchException {
    var isGo = place != null;
    for (var entries = object.properties().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      var name = entry.getKey();
      var value = entry.getValue();
      var property = schema.property(name);
      if (property.isPresent()) {
        var form = property.get();
        var isGoValue = isGo || form.hasGoType();
        if (isGoValue && value.isNull()) {
          entries.remove();
          continue;
        }
        var field = path.property(name);
        var conformed = visit(value, form, field, isGoValue ? new Place(schema, field) : null);
        if (isGo && isDropped(conformed, form, schema, name)) {
          entries.remove();
        } else {
          entry.setValue(conformed);
        }
      } else if (schema.additionalProperties().isPresent()) {
        var values = schema.additionalProperties().get();
        // Go decodes null into a zero value.
        var given = isGo && value.isNull() ? GoTypes.zero(values) : value;
        entry.setValue(visit(given, values, path.property(name), place));
      } else if (!schema.preservesUnknownFields()) {
        unknownFields.add("unknown field \"" + path.property(name) + "\"");
        entries.remove();
      }
    }
  }

  /**
   * Conforms one value.
   *
   * @param place the Go field as an error names it; null where no Go type is decoded into
   */
  private JsonNode visit(JsonNode value, Schema form, FieldPath path, @Nullable Place place)
      throws MismatchException {
    if (place != null && form.type() != Schema.Type.OBJECT && form.type() != Schema.Type.ARRAY) {
      return GoTypes.scalar(value, form, place);
    }
    switch (form.type()) {
      case OBJECT -> {
        if (value instanceof ObjectNode object) {
          visitObject(object, form, path, place);
        } else if (place != null) {
          throw new MismatchException(GoTypes.mismatch(value, form, place));
        }
      }
      case ARRAY -> {
        if (value instanceof ArrayNode array) {
          visitItems(array, form, path, place);
        } else if (place != null) {
          throw new MismatchException(GoTypes.mismatch(value, form, place));
        }
      }
      default -> {
        // A scalar of a custom resource is validated later.
      }
    }
    return value;
  }

  private void visitItems(ArrayNode array, Schema form, FieldPath path, @Nullable Place place)
      throws MismatchException {
    var items = form.items();
    if (items.isEmpty()) {
      return;
    }
    var itemPlace = place == null && items.get().hasGoType() ? new Place(form, path) : place;
    for (var index = 0; index < array.size(); index++) {
      var item = array.path(index);
      if (itemPlace != null && item.isNull()) {
        // Go decodes null into a zero value.
        item = GoTypes.zero(items.get());
      }
      array.set(index, visit(item, items.get(), path.item(index), itemPlace));
    }
  }

  /** Whether Go would not write the value again. */
  private static boolean isDropped(JsonNode value, Schema form, Schema holder, String name) {
    if (holder.fieldNumber(name) == 0 || holder.keepsZero(name)) {
      return false;
    }
    return switch (form.type()) {
      case STRING -> value.asString("-").isEmpty();
      case INTEGER, NUMBER -> value.asDouble(1) == 0;
      case BOOLEAN -> !value.asBoolean(true);
      case ARRAY -> value.isEmpty() && !holder.required().contains(name);
      case OBJECT -> form.additionalProperties().isPresent() && value.isEmpty();
      default -> false;
    };
  }
}
