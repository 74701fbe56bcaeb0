package dev.nauarch.api;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of models, read and set whatever their setters do. */
final class ModelFields {

  private ModelFields() {}

  /** The fields of a class and of those that it extends; they may be read and set. */
  static List<Field> of(Class<?> model) {
    var fields = new ArrayList<Field>();
    for (Class<?> at = model; at != null && !at.equals(Object.class); at = at.getSuperclass()) {
      for (var field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    return fields;
  }

  static @Nullable Object get(Field field, Object model) {
    try {
      return field.get(model);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a model hides its fields", e);
    }
  }

  static void set(Field field, Object model, @Nullable Object value) {
    try {
      field.set(model, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a model hides its fields", e);
    }
  }
}
