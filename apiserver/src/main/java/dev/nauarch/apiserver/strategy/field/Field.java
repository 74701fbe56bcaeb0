package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.codec.FieldPath;
import dev.nauarch.apiserver.patch.JsonValues;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One value of an object and the path to it. A value that is not there is a field too, so that
 * rules can name it.
 */
public final class Field {

  private final JsonNode node;
  private final FieldPath path;

  private Field(JsonNode node, FieldPath path) {
    this.node = node;
    this.path = path;
  }

  /**
   * A value under a path of its own.
   *
   * @param path as messages show it
   * @param key the name under which it stands in its parent
   */
  public Field(JsonNode node, String path, String key) {
    this(node, FieldPath.shownAs(path, key));
  }

  /** An object as a whole. */
  public static Field of(JsonNode object) {
    return new Field(object, FieldPath.ROOT);
  }

  /** The value; a missing node where there is none. */
  public JsonNode node() {
    return node;
  }

  /** The path, for example {@code spec.containers[0].image}; empty for the object itself. */
  public String path() {
    return path.toString();
  }

  /** The name or index under which it stands in its parent. */
  public String key() {
    return path.lastStep();
  }

  /** A field below. */
  public Field at(String name) {
    return new Field(node.path(name), path.property(name));
  }

  /** A field further below, for example {@code at("spec", "template")}. */
  public Field at(String name, String... names) {
    var field = at(name);
    for (var next : names) {
      field = field.at(next);
    }
    return field;
  }

  /** The same field, with this value where it has none: what a typed language sees there. */
  public Field or(JsonNode value) {
    return isPresent() ? this : new Field(value, path);
  }

  /** The same field with another value. */
  public Field with(JsonNode value) {
    return new Field(value, path);
  }

  /** The items of a list, none for anything else. */
  public List<Field> items() {
    if (!node.isArray() || node.isEmpty()) {
      return List.of();
    }
    var items = new ArrayList<Field>(node.size());
    for (int i = 0; i < node.size(); i++) {
      items.add(new Field(node.path(i), path.item(i)));
    }
    return items;
  }

  /** The values of a map, whose keys are text of any kind; none for anything else. */
  public List<Field> entries() {
    if (node.isEmpty()) {
      return List.of();
    }
    var entries = new ArrayList<Field>(node.size());
    for (var entry : node.properties()) {
      entries.add(new Field(entry.getValue(), path.key(entry.getKey())));
    }
    return entries;
  }

  /** Whether there is a value. */
  public boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  /** Whether there is no value, or one that is empty: no text, no items, no fields. */
  public boolean isEmpty() {
    return !isPresent() || (node.isString() ? node.stringValue().isEmpty() : isEmptyContainer());
  }

  private boolean isEmptyContainer() {
    return node.isContainer() && node.isEmpty();
  }

  /** The text; empty where there is none. */
  public String text() {
    return node.isString() ? node.stringValue() : "";
  }

  /** Whether the value is this text. */
  public boolean is(String text) {
    return text().equals(text);
  }

  /** The whole number, or another value where there is none. */
  public long number(long otherwise) {
    return node.isIntegralNumber() ? node.asLong(otherwise) : otherwise;
  }

  /** The truth value, or another where there is none. */
  public boolean flag(boolean otherwise) {
    return node.isBoolean() ? node.booleanValue() : otherwise;
  }

  /** The quantity (text or number), as a number of whole units; zero where it is none. */
  public BigDecimal quantity() {
    return Amount.read(node.asString("")).map(Amount::value).orElse(BigDecimal.ZERO);
  }

  /** The value as messages show it. */
  public String shown() {
    if (node.isMissingNode()) {
      return "\"\"";
    }
    return node.toString();
  }

  /** Whether both have the same value, or neither has one. */
  public boolean hasValueOf(Field other) {
    return isPresent() ? JsonValues.same(node, other.node) : !other.isPresent();
  }
}
