package dev.nauarch.api.catalog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes schemas of the definitions that the build's generator wrote. */
final class DefinitionReader {

  private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

  private static final Set<String> NO_KEYWORDS =
      Set.of(
          "type",
          "number",
          "required",
          "keepsZero",
          "since",
          "until",
          "properties",
          "inline",
          "typed");

  private final Definitions definitions;
  private final KubernetesVersion version;

  DefinitionReader(Definitions definitions, KubernetesVersion version) {
    this.definitions = definitions;
    this.version = version;
  }

  /** Makes the schema of a definition. */
  Schema definition(String name, JsonNode json) {
    var builder = start(name, json);
    if (json.path("typed").asBoolean(false)) {
      builder.property("apiVersion", definitions::apiVersion);
      builder.property("kind", definitions::kind);
    }
    var required = new ArrayList<String>();
    for (var property : json.path("properties").properties()) {
      if (KindReader.isServed(property.getValue(), version)) {
        addProperty(builder, property.getKey(), property.getValue());
        if (property.getValue().path("required").asBoolean(false)) {
          required.add(property.getKey());
        }
      }
    }
    builder.required(required);
    for (var inlined : json.path("inline").properties()) {
      builder.inline(
          Integer.parseInt(inlined.getKey()), definitions.require(inlined.getValue().asString()));
    }
    return apply(json, builder).build();
  }

  private static Schema.Builder start(String name, JsonNode json) {
    if (name.equals(INT_OR_STRING)) {
      return Schema.builder(Schema.Type.INT_OR_STRING).definition(name);
    }
    return scalar(json.path("type").asString("properties")).definition(name);
  }

  private void addProperty(Schema.Builder builder, String name, JsonNode json) {
    builder.property(name, new Lazy(() -> apply(json, type(json.path("type").asString())).build()));
    var number = json.path("number").asInt(0);
    if (number > 0) {
      builder.fieldNumber(name, number);
    }
    if (json.path("keepsZero").asBoolean(false)) {
      builder.keepsZero(name);
    }
  }

  /** A type as {@code TypeName} of the generator describes it. */
  private Schema.Builder type(String type) {
    if (type.startsWith("[]")) {
      return Schema.builder(Schema.Type.ARRAY).items(new Lazy(() -> item(type)));
    }
    if (type.startsWith("{}")) {
      return Schema.builder(Schema.Type.OBJECT).additionalProperties(new Lazy(() -> item(type)));
    }
    return type.contains(".") ? definitions.require(type).toBuilder() : scalar(type);
  }

  private Schema item(String listOrMap) {
    var type = listOrMap.substring(2);
    return type.contains(".") ? definitions.require(type) : type(type).build();
  }

  private static Schema.Builder scalar(String type) {
    return switch (type) {
      case "string" -> Schema.builder(Schema.Type.STRING);
      case "bytes" -> Schema.builder(Schema.Type.STRING).format("byte");
      case "int32", "int64" -> Schema.builder(Schema.Type.INTEGER).format(type);
      case "double" -> Schema.builder(Schema.Type.NUMBER).format("double");
      case "bool" -> Schema.builder(Schema.Type.BOOLEAN);
      case "object" -> Schema.builder(Schema.Type.OBJECT).preserveUnknownFields(true);
      case "any" -> Schema.builder(Schema.Type.ANY).preserveUnknownFields(true);
      case "array" -> Schema.builder(Schema.Type.ARRAY).items(DefinitionReader::text);
      case "properties" -> Schema.builder(Schema.Type.OBJECT);
      default -> throw new IllegalStateException("the catalog has no type " + type);
    };
  }

  private static Schema text() {
    return Schema.builder(Schema.Type.STRING).build();
  }

  /** Adds what stands beside the type. */
  private static Schema.Builder apply(JsonNode json, Schema.Builder builder) {
    var strategies = EnumSet.noneOf(Schema.PatchStrategy.class);
    for (var entry : json.properties()) {
      var value = entry.getValue();
      switch (entry.getKey()) {
        case "description" -> builder.description(value.asString());
        case "format" -> builder.format(value.asString());
        case "listType" -> builder.listType(listType(value), strings(json.path("listMapKeys")));
        case "atomic" -> builder.atomic(value.asBoolean());
        case "patchStrategy" -> {
          for (var strategy : value.asString().split(",", -1)) {
            strategies.add(patchStrategy(strategy));
          }
        }
        case "default" -> builder.defaultValue(value);
        case "enum" -> builder.enumeration(List.copyOf(value.values()));
        case "nullable" -> builder.nullable(value.asBoolean());
        case "preserveUnknownFields" -> builder.preserveUnknownFields(value.asBoolean());
        case "rules" -> builder.rules(value.values().stream().map(DefinitionReader::rule).toList());
        case "inactive" -> builder.inactive(inactive(value));
        case "listMapKeys", "patchMergeKey" -> {
          // Read with the entry that they belong to.
        }
        default -> {
          if (!NO_KEYWORDS.contains(entry.getKey())) {
            builder.keyword(entry.getKey(), value);
          }
        }
      }
    }
    if (!strategies.isEmpty() || json.has("patchMergeKey")) {
      builder.patch(strategies, json.path("patchMergeKey").asString(""));
    }
    return builder;
  }

  private static Schema.ListType listType(JsonNode value) {
    return Schema.ListType.valueOf(value.asString().toUpperCase(Locale.ROOT));
  }

  private static Schema.PatchStrategy patchStrategy(String name) {
    return switch (name.strip()) {
      case "merge" -> Schema.PatchStrategy.MERGE;
      case "replace" -> Schema.PatchStrategy.REPLACE;
      case "retainKeys" -> Schema.PatchStrategy.RETAIN_KEYS;
      default -> throw new IllegalStateException("the catalog has no patch strategy " + name);
    };
  }

  private static Schema.Rule rule(JsonNode json) {
    return new Schema.Rule(
        json.path("rule").asString(),
        json.path("message").asString(""),
        json.path("messageExpression").asString(""),
        json.path("reason").asString(""),
        json.path("fieldPath").asString(""),
        json.path("optionalOldSelf").asBoolean(false));
  }

  private static Schema.Inactive inactive(JsonNode json) {
    var unlessAbove = new LinkedHashMap<String, JsonNode>();
    json.path("unlessAbove").forEachEntry(unlessAbove::put);
    return new Schema.Inactive(
        json.path("instead").asString(),
        List.copyOf(json.path("unless").values()),
        List.copyOf(json.path("only").values()),
        unlessAbove);
  }

  static List<String> strings(JsonNode array) {
    return array.values().stream().map(JsonNode::asString).toList();
  }

  /**
   * Makes a schema when it is first asked for; two threads may make it twice, which is harmless.
   */
  private static final class Lazy implements Supplier<Schema> {
    private final Supplier<Schema> maker;
    private volatile @Nullable Schema made;

    Lazy(Supplier<Schema> maker) {
      this.maker = maker;
    }

    @Override
    public Schema get() {
      var schema = made;
      if (schema == null) {
        schema = maker.get();
        made = schema;
      }
      return schema;
    }
  }
}
