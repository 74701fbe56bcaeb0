package dev.nauarch.reconcile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in an answer of no known model: maps, lists, plain values, or nothing. What is not there
 * is nothing, and so is what is in it.
 *
 * @param value what stands there; null for nothing
 */
public record Tree(@Nullable Object value) {

  /** The place under these names. */
  public Tree at(String... names) {
    var place = value;
    for (var name : names) {
      place = place instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return new Tree(place);
  }

  /** Whether anything stands there. */
  public boolean isPresent() {
    return value != null;
  }

  /** The text or number as text; empty for anything else. */
  public String text() {
    return value instanceof String || value instanceof Number ? String.valueOf(value) : "";
  }

  /** The whole number; 0 for anything else. */
  public long number() {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** Whether {@code true} stands there. */
  public boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  /** The places of a list; none for anything else. */
  public List<Tree> items() {
    return value instanceof List<?> list ? list.stream().map(Tree::new).toList() : List.of();
  }
}
