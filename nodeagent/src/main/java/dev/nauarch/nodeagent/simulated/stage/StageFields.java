package dev.nauarch.nodeagent.simulated.stage;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the fields of one mapping in a stage file; whatever is wrong is told with its path. */
final class StageFields {
  private static final double SECONDS_MAX = 1e9;

  private final String path;
  private final Map<?, ?> fields;
  private final Set<String> read = new HashSet<>();

  StageFields(String path, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(path + " is no mapping");
    }
    this.path = path;
    this.fields = map;
  }

  IllegalArgumentException fault(String name, String what) {
    return new IllegalArgumentException(path + "." + name + ": " + what);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  private Optional<Object> value(String name) {
    read.add(name);
    return Optional.ofNullable(fields.get(name));
  }

  /** The same mapping under another name for messages. */
  StageFields mapping(String name, String otherPath) {
    return new StageFields(otherPath, mapping(name).fields);
  }

  StageFields mapping(String name) {
    return new StageFields(
        path + "." + name, value(name).orElseThrow(() -> fault(name, "is missing")));
  }

  /** The mapping, or an empty one where there is none. */
  StageFields mappingOrEmpty(String name) {
    return new StageFields(path + "." + name, value(name).orElse(Collections.emptyMap()));
  }

  String text(String name, String fallback) {
    return value(name)
        .map(
            value -> {
              if (value instanceof Map || value instanceof Iterable) {
                throw fault(name, "expected a text");
              }
              return String.valueOf(value);
            })
        .orElse(fallback);
  }

  String oneOf(String name, List<String> allowed) {
    var text = text(name, "");
    if (!allowed.contains(text)) {
      throw fault(
          name, (text.isEmpty() ? "is missing" : "is " + text) + ", expected one of " + allowed);
    }
    return text;
  }

  int number(String name, int fallback, int max) {
    return value(name)
        .map(
            value -> {
              if (value instanceof Integer number && number >= 0 && number <= max) {
                return number;
              }
              throw fault(name, "is " + value + ", expected a number from 0 to " + max);
            })
        .orElse(fallback);
  }

  Duration seconds(String name) {
    return value(name)
        .map(
            value -> {
              if (value instanceof Number number
                  && number.doubleValue() >= 0
                  && number.doubleValue() <= SECONDS_MAX) {
                return Duration.ofNanos((long) (number.doubleValue() * 1e9));
              }
              throw fault(name, "is " + value + ", expected seconds, 0 or more");
            })
        .orElse(Duration.ZERO);
  }

  Optional<Boolean> truth(String name) {
    return value(name)
        .map(
            value -> {
              if (value instanceof Boolean truth) {
                return truth;
              }
              throw fault(name, "is " + value + ", expected true or false");
            });
  }

  SortedMap<String, String> texts(String name) {
    var texts = new TreeMap<String, String>();
    var inner = mappingOrEmpty(name);
    inner.fields.keySet().forEach(key -> texts.put(String.valueOf(key), ""));
    texts.replaceAll((key, none) -> inner.text(key, ""));
    return Collections.unmodifiableSortedMap(texts);
  }

  /** Refuses what nobody asked for, which is a slip of the writer's. */
  void refuseOthers() {
    for (var name : fields.keySet()) {
      if (!read.contains(String.valueOf(name))) {
        throw fault(String.valueOf(name), "there is no such field");
      }
    }
  }
}
