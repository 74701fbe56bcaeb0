package dev.nauarch.expression;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.StructValue;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An object whose fields are computed when they are first read: the variables of a policy. A field
 * that can't be computed fails the expression that reads it, with the exception's message.
 */
@SuppressWarnings("Immutable") // Its values are; that they are computed late is not seen.
public final class LazyObject extends StructValue<String, Map<String, Object>> {

  private final Set<String> names;
  private final Function<String, Object> values;

  /**
   * @param names the fields
   * @param values gives the value of a field; it keeps what it has computed
   */
  public LazyObject(Set<String> names, Function<String, Object> values) {
    this.names = ImmutableSet.copyOf(names);
    this.values = values;
  }

  @Override
  public Map<String, Object> value() {
    return ImmutableMap.of();
  }

  @Override
  public boolean isZeroValue() {
    return names.isEmpty();
  }

  @Override
  public CelType celType() {
    return SimpleType.DYN;
  }

  @Override
  public Object select(String field) {
    return values.apply(field);
  }

  @Override
  public Optional<Object> find(String field) {
    return names.contains(field) ? Optional.of(values.apply(field)) : Optional.empty();
  }
}
