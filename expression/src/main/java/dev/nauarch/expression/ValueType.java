package dev.nauarch.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import java.util.Map;
import java.util.function.Supplier;

/** The type of a variable or of a part of one. */
public sealed interface ValueType {

  /** A type without parts. */
  enum Scalar implements ValueType {
    BOOL,
    INT,
    DOUBLE,
    STRING,
    BYTES,
    DURATION,
    TIMESTAMP,
    /** Anything; checked when it is evaluated. */
    ANY
  }

  /**
   * A text, or something else of which it matters to costs how long it can get.
   *
   * @param type what it is
   * @param sizeMax the most characters or bytes
   */
  record Sized(Scalar type, long sizeMax) implements ValueType {}

  /**
   * A list.
   *
   * @param item the type of its items
   * @param sizeMax the most items
   */
  record ListOf(ValueType item, long sizeMax) implements ValueType {

    /** A list of any length. */
    public ListOf(ValueType item) {
      this(item, Long.MAX_VALUE);
    }
  }

  /**
   * A map from strings.
   *
   * @param value the type of its values
   * @param sizeMax the most entries
   */
  record MapOf(ValueType value, long sizeMax) implements ValueType {

    /** A map of any size. */
    public MapOf(ValueType value) {
      this(value, Long.MAX_VALUE);
    }
  }

  /**
   * A value that may be absent; given as a {@code java.util.Optional}.
   *
   * @param value the type of the value that is there
   */
  record OptionalOf(ValueType value) implements ValueType {}

  /**
   * A value that only functions can use.
   *
   * @param name the name of its type
   */
  record Opaque(String name) implements ValueType {}

  /**
   * An object with known fields. Its value is a {@code Map} by the same names; a field that is not
   * in it is not set.
   *
   * @param name its name, unlike those of all other objects of one environment; objects of the same
   *     name are of the same type
   * @param typeByField the types of its fields, looked up when they are asked for: an object may
   *     hold itself
   */
  record Structure(String name, Map<String, Supplier<ValueType>> typeByField)
      implements ValueType {}

  /** The type of what an expression yields, whatever it is. */
  final class Yielded implements ValueType {
    private final CelType type;

    Yielded(CelType type) {
      this.type = type;
    }

    CelType type() {
      return type;
    }

    /** As messages show it, for example {@code list(string)}. */
    @Override
    public String toString() {
      return CelTypes.format(type);
    }
  }
}
