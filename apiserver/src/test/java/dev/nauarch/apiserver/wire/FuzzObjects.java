package dev.nauarch.apiserver.wire;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.SampleObjects;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes objects that look like those of a kind, and are wrong here and there. */
final class FuzzObjects {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEPTH_MAX = 7;

  /** Every how many values one is of a type that nobody expects. */
  private static final int WRONG_EVERY = 40;

  private static final List<String> TEXTS =
      List.of(
          "a",
          "b",
          "default",
          "",
          " ",
          "A_b/c",
          "x.io/y",
          "-1",
          "0",
          "1.5",
          "1Gi",
          "100m",
          "-5Mi",
          "1e400",
          "50%",
          "999%",
          "10.96.0.7",
          "::1",
          "2026-01-01T00:00:00Z",
          "not a time",
          "TCP",
          "Never",
          "Always",
          "In",
          "Exists",
          "$(A)",
          "../..",
          "/x",
          "é\u0000\ud83d\ude00\ud800",
          "{\"a\":1}",
          "self.x > 1",
          "Y2E=",
          "a".repeat(300));

  private final Random random;

  FuzzObjects(Random random) {
    this.random = random;
  }

  /** An object of a kind: a good one with a few changes, or one made up from nothing. */
  ObjectNode object(Kind kind, String name) {
    if (random.nextInt(6) == 0) {
      return madeUp(kind);
    }
    var object = SampleObjects.of(kind);
    object.putObject("metadata").put("name", name);
    for (var left = random.nextInt(3); left > 0; left--) {
      change(object, kind.schema(), 1);
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return object;
  }

  private void change(ObjectNode object, Schema schema, int depth) {
    var names = List.copyOf(schema.propertyNames());
    if (names.isEmpty() || depth > DEPTH_MAX) {
      return;
    }
    var name = names.get(random.nextInt(names.size()));
    // What is there already is the more interesting place.
    for (var tries = 0; tries < 3 && !object.has(name); tries++) {
      name = names.get(random.nextInt(names.size()));
    }
    var form = schema.property(name).orElseThrow();
    var first = object.path(name).isArray() ? object.path(name).path(0) : object.path(name);
    var inner = form.type() == Schema.Type.ARRAY ? form.items().orElse(form) : form;
    if (first instanceof ObjectNode child && random.nextInt(4) > 0) {
      change(child, inner, depth + 1);
    } else {
      object.set(name, value(form, depth));
    }
  }

  private ObjectNode madeUp(Kind kind) {
    var object = NODES.objectNode();
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    for (var name : kind.schema().propertyNames()) {
      if (!name.equals("apiVersion") && !name.equals("kind") && random.nextInt(5) > 0) {
        object.set(name, value(kind.schema().property(name).orElseThrow(), 1));
      }
    }
    object.putObject("metadata").put("name", name());
    if (random.nextInt(10) == 0) {
      object.set(text(), any(2));
    }
    return object;
  }

  /** A name that others are likely to have too. */
  String name() {
    return random.nextInt(10) > 0 ? List.of("a", "b", "c").get(random.nextInt(3)) : text();
  }

  /** A text that fits somewhere. */
  String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  /** Any value at all. */
  JsonNode any(int depth) {
    return switch (random.nextInt(depth > DEPTH_MAX ? 5 : 7)) {
      case 0 -> NODES.stringNode(text());
      case 1 -> NODES.numberNode(number());
      case 2 -> NODES.numberNode(random.nextGaussian() * 1e10);
      case 3 -> NODES.booleanNode(random.nextBoolean());
      case 4 -> NODES.nullNode();
      case 5 -> NODES.arrayNode().add(any(depth + 1)).add(any(depth + 1));
      default -> NODES.objectNode().set(text(), any(depth + 1));
    };
  }

  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Integer.MAX_VALUE;
      case 3 -> Long.MIN_VALUE;
      case 4 -> 65_536;
      default -> random.nextInt(100);
    };
  }

  private JsonNode value(Schema schema, int depth) {
    if (random.nextInt(WRONG_EVERY) == 0) {
      return any(depth);
    }
    if (!schema.enumeration().isEmpty() && random.nextInt(4) > 0) {
      return schema.enumeration().get(random.nextInt(schema.enumeration().size()));
    }
    return switch (schema.type()) {
      case OBJECT -> object(schema, depth);
      case ARRAY -> {
        var array = NODES.arrayNode();
        for (var left = random.nextInt(3); left > 0 && depth < DEPTH_MAX; left--) {
          schema.items().ifPresent(items -> array.add(value(items, depth + 1)));
        }
        yield array;
      }
      case STRING -> NODES.stringNode(text());
      case INTEGER -> NODES.numberNode(random.nextInt(3) > 0 ? random.nextInt(10) : number());
      case NUMBER -> NODES.numberNode(random.nextGaussian());
      case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
      case INT_OR_STRING ->
          random.nextBoolean() ? NODES.numberNode(number()) : NODES.stringNode(text());
      case ANY -> any(depth);
    };
  }

  private ObjectNode object(Schema schema, int depth) {
    var object = NODES.objectNode();
    for (var name : schema.propertyNames()) {
      var isLikely = schema.required().contains(name) || random.nextInt(depth + 1) == 0;
      if (isLikely && depth < DEPTH_MAX) {
        object.set(name, value(schema.property(name).orElseThrow(), depth + 1));
      }
    }
    schema
        .additionalProperties()
        .filter(any -> depth < DEPTH_MAX)
        .ifPresent(values -> object.set(text(), value(values, depth + 1)));
    return object;
  }
}
