package dev.nauarch.apiserver.apply;

import dev.nauarch.apiserver.patch.JsonValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One step from a value to a part of it. Elements are ordered: fields, items by key, items by
 * value, items by index.
 */
sealed interface PathElement extends Comparable<PathElement> {

  /**
   * A property of an object or a key of a map.
   *
   * @param name its name
   */
  record Field(String name) implements PathElement {
    @Override
    public String toString() {
      return "." + name;
    }
  }

  /**
   * The item of a list that has these values in its key fields.
   *
   * @param names the key fields that are there, sorted
   * @param values their values, in the same order
   */
  record Key(List<String> names, List<JsonNode> values) implements PathElement {

    static Key of(TreeMap<String, JsonNode> valueByName) {
      return new Key(List.copyOf(valueByName.keySet()), List.copyOf(valueByName.values()));
    }

    @Override
    public String toString() {
      var pairs = new ArrayList<String>();
      for (var i = 0; i < names.size(); i++) {
        pairs.add(names.get(i) + "=" + values.get(i));
      }
      return "[" + String.join(",", pairs) + "]";
    }
  }

  /**
   * The item of a set that is this value.
   *
   * @param value a scalar
   */
  record Value(JsonNode value) implements PathElement {
    @Override
    public String toString() {
      return "[=" + value + "]";
    }
  }

  /**
   * The item of a list at this place.
   *
   * @param index from 0
   */
  record Index(int index) implements PathElement {
    @Override
    public String toString() {
      return "[" + index + "]";
    }
  }

  /** Reads an element as {@code FieldsV1} writes it; empty for text of another form. */
  static Optional<PathElement> parse(String text) {
    if (text.length() < 2 || text.charAt(1) != ':') {
      return Optional.empty();
    }
    var rest = text.substring(2);
    try {
      return switch (text.charAt(0)) {
        case 'f' -> Optional.of(new Field(rest));
        case 'v' -> Optional.of(new Value(json(rest)));
        case 'i' -> Optional.of(new Index(Integer.parseInt(rest)));
        case 'k' -> {
          var key = json(rest);
          var valueByName = new TreeMap<String, JsonNode>();
          key.properties().forEach(entry -> valueByName.put(entry.getKey(), entry.getValue()));
          yield key.isObject() ? Optional.of(Key.of(valueByName)) : Optional.empty();
        }
        default -> Optional.empty();
      };
    } catch (JacksonException | NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  /** The element as {@code FieldsV1} writes it. */
  default String text() {
    return switch (this) {
      case Field(var name) -> "f:" + name;
      case Value(var value) -> append(value, new StringBuilder("v:")).toString();
      case Index(var index) -> "i:" + index;
      case Key(var names, var values) -> {
        var text = new StringBuilder("k:{");
        for (var i = 0; i < names.size(); i++) {
          text.append(i == 0 ? "\"" : ",\"").append(names.get(i)).append("\":");
          append(values.get(i), text);
        }
        yield text.append('}').toString();
      }
    };
  }

  /** Adds a value as JSON; texts, of which there are many, by the shortest way. */
  private static StringBuilder append(JsonNode value, StringBuilder to) {
    if (!value.isString()) {
      return to.append(value);
    }
    to.append('"');
    JsonStringEncoder.getInstance().quoteAsString(value.stringValue(), to);
    return to.append('"');
  }

  @Override
  default int compareTo(PathElement other) {
    return switch (this) {
      case Field(var name) when other instanceof Field(var otherName) -> name.compareTo(otherName);
      case Value(var value) when other instanceof Value(var otherValue) ->
          JsonValues.compare(value, otherValue);
      case Index(var index) when other instanceof Index(var otherIndex) ->
          Integer.compare(index, otherIndex);
      case Key key when other instanceof Key otherKey -> compare(key, otherKey);
      default -> Integer.compare(rank(this), rank(other));
    };
  }

  private static int compare(Key left, Key right) {
    for (var i = 0; i < Math.min(left.names.size(), right.names.size()); i++) {
      var byName = left.names.get(i).compareTo(right.names.get(i));
      if (byName != 0) {
        return byName;
      }
      var byValue = JsonValues.compare(left.values.get(i), right.values.get(i));
      if (byValue != 0) {
        return byValue;
      }
    }
    return Integer.compare(left.names.size(), right.names.size());
  }

  private static int rank(PathElement element) {
    return switch (element) {
      case Field _ -> 0;
      case Key _ -> 1;
      case Value _ -> 2;
      case Index _ -> 3;
    };
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
