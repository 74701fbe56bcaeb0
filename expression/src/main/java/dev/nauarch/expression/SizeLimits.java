package dev.nauarch.expression;

import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Opaque;
import dev.nauarch.expression.ValueType.OptionalOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Sized;
import dev.nauarch.expression.ValueType.Structure;
import dev.nauarch.expression.ValueType.Yielded;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large the parts of a value may be, by their paths. The first name of a path is the
 * variable's, and all variables are taken to be of one type, as {@code self} and {@code oldSelf}
 * are.
 *
 * @param root the type of the variables
 */
record SizeLimits(ValueType root) {

  static final String ITEMS = "@items";
  static final String VALUES = "@values";
  static final String KEYS = "@keys";
  static final String INDICES = "@indices";

  /** The size of the value at a path; null where it is not a part of a variable. */
  @Nullable Range at(@Nullable List<String> path) {
    if (path == null || path.isEmpty()) {
      return null;
    }
    var type = root;
    for (var name : path.subList(1, path.size())) {
      var part = part(type, name);
      if (part == null) {
        return null;
      }
      type = part;
    }
    return new Range(0, max(type));
  }

  private static @Nullable ValueType part(ValueType type, String name) {
    return switch (type) {
      case ListOf list when isElement(name) -> list.item();
      case MapOf map when isElement(name) -> map.value();
      case MapOf _ when name.equals(KEYS) -> Scalar.STRING;
      case Structure structure -> {
        var field = structure.typeByField().get(name);
        yield field == null ? null : field.get();
      }
      default -> null;
    };
  }

  private static boolean isElement(String name) {
    return name.equals(ITEMS) || name.equals(VALUES);
  }

  private static long max(ValueType type) {
    return switch (type) {
      case Sized sized -> sized.sizeMax();
      case ListOf list -> list.sizeMax();
      case MapOf map -> map.sizeMax();
      case OptionalOf(var value) -> max(value);
      case Scalar _, Opaque _, Structure _, Yielded _ -> 0;
    };
  }
}
