package dev.nauarch.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.values.StructValue;
import java.util.Map;
import java.util.Optional;

/**
 * An object that an expression has made, as in {@code Object.spec{replicas: 3}}.
 *
 * <p>Equal to another of the same type with the same fields.
 */
@SuppressWarnings("Immutable") // The map is a copy that nobody else has.
public final class MadeObject extends StructValue<String, MadeObject> {

  private final String typeName;
  private final Map<String, Object> fields;

  MadeObject(String typeName, Map<String, Object> fields) {
    this.typeName = typeName;
    this.fields = fields;
  }

  /** The name of its type, for example {@code Object.spec}. */
  public String typeName() {
    return typeName;
  }

  /** Its fields, those that were given. */
  public Map<String, Object> fields() {
    return fields;
  }

  @Override
  public MadeObject value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return fields.isEmpty();
  }

  @Override
  public CelType celType() {
    return typeName.isEmpty() ? SimpleType.DYN : StructTypeReference.create(typeName);
  }

  @Override
  public Object select(String field) {
    var value = fields.get(field);
    if (value == null) {
      throw new IllegalArgumentException("no such key: " + field);
    }
    return value;
  }

  @Override
  public Optional<Object> find(String field) {
    return Optional.ofNullable(fields.get(field));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MadeObject object
        && typeName.equals(object.typeName)
        && fields.equals(object.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return typeName + fields;
  }
}
