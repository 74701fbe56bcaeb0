package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.catalog.Schema.ListType;
import dev.nauarch.api.catalog.Schema.PatchStrategy;
import dev.nauarch.api.catalog.Schema.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads a structural schema ({@code openAPIV3Schema}) into a {@link Schema}.
 *
 * @param objectMeta the schema of {@code metadata}, for whole objects
 */
public record SchemaReader(Schema objectMeta) {

  private static final Map<String, String> TYPE_META =
      new TreeMap<>(
          Map.of(
              "apiVersion", "APIVersion defines which group and version the object is written in.",
              "kind", "What the object is."));

  private static final Pattern COMMA = Pattern.compile(",");

  private static final Set<String> NAMES = Set.of("name", "generateName");

  /** What has a place of its own in a schema; all else is a keyword. */
  private static final Set<String> OWN =
      Set.of(
          "type",
          "description",
          "format",
          "properties",
          "items",
          "additionalProperties",
          "required",
          "default",
          "enum",
          "nullable",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-map-type",
          "x-kubernetes-validations",
          "x-kubernetes-patch-strategy",
          "x-kubernetes-patch-merge-key");

  /**
   * The schema of a whole custom resource.
   *
   * @param definition its name in OpenAPI; empty for none
   * @param json the schema as the definition has it, which may leave out what every object has
   */
  public Schema resource(String definition, JsonNode json) {
    return wholeObject(builder(json), json).definition(definition).build();
  }

  /** The schema of any value. */
  public Schema value(JsonNode json) {
    var builder = builder(json);
    return json.path("x-kubernetes-embedded-resource").asBoolean(false)
        ? wholeObject(builder.embeddedResource(true), json).build()
        : builder.build();
  }

  private Schema.Builder wholeObject(Schema.Builder builder, JsonNode json) {
    for (var name : TYPE_META.keySet()) {
      if (!json.path("properties").has(name)) {
        builder.property(name, () -> text(TYPE_META.get(name)));
      }
    }
    var declared = json.path("properties").path("metadata").path("properties");
    return builder.property(
        "metadata",
        () ->
            (declared.isEmpty() ? objectMeta.toBuilder() : restricted(declared))
                .description("Standard object's metadata.")
                .build());
  }

  /** Metadata has the form that all objects share; a definition can only restrict its names. */
  private Schema.Builder restricted(JsonNode declared) {
    var builder = objectMeta.toBuilder();
    for (var property : declared.properties()) {
      var name = property.getKey();
      if (NAMES.contains(name) || objectMeta.property(name).isEmpty()) {
        builder.property(name, later(property.getValue()));
      }
    }
    return builder;
  }

  private static Schema text(String description) {
    return Schema.builder(Schema.Type.STRING).description(description).build();
  }

  private Schema.Builder builder(JsonNode json) {
    var builder =
        Schema.builder(type(json))
            .description(json.path("description").asString(""))
            .format(json.path("format").asString(""))
            .nullable(json.path("nullable").asBoolean(false))
            .preserveUnknownFields(
                json.path("x-kubernetes-preserve-unknown-fields").asBoolean(false))
            .atomic(json.path("x-kubernetes-map-type").asString("").equals("atomic"))
            .required(texts(json.path("required")))
            .enumeration(List.copyOf(json.path("enum").values()))
            .rules(
                json.path("x-kubernetes-validations").values().stream().map(this::rule).toList());
    for (var property : json.path("properties").properties()) {
      builder.property(property.getKey(), later(property.getValue()));
    }
    if (json.path("items").isObject()) {
      builder.items(later(json.path("items")));
    }
    var values = json.path("additionalProperties");
    if (values.isObject()) {
      builder.additionalProperties(later(values));
    } else if (values.asBoolean(false)) {
      builder.additionalProperties(() -> Schema.builder(Schema.Type.ANY).build());
    }
    if (json.has("default")) {
      builder.defaultValue(json.path("default"));
    }
    var listType = json.path("x-kubernetes-list-type").asString("");
    if (!listType.isEmpty()) {
      builder.listType(
          ListType.valueOf(listType.toUpperCase(Locale.ROOT)),
          texts(json.path("x-kubernetes-list-map-keys")));
    }
    addPatchStrategies(builder, json);
    for (var entry : json.properties()) {
      if (!OWN.contains(entry.getKey())) {
        builder.keyword(entry.getKey(), entry.getValue());
      }
    }
    return builder;
  }

  private static void addPatchStrategies(Schema.Builder builder, JsonNode json) {
    var strategies = EnumSet.noneOf(PatchStrategy.class);
    for (var strategy :
        COMMA.splitAsStream(json.path("x-kubernetes-patch-strategy").asString("")).toList()) {
      switch (strategy) {
        case "merge" -> strategies.add(PatchStrategy.MERGE);
        case "replace" -> strategies.add(PatchStrategy.REPLACE);
        case "retainKeys" -> strategies.add(PatchStrategy.RETAIN_KEYS);
        default -> {
          // None, or one that no version of Kubernetes knows.
        }
      }
    }
    builder.patch(strategies, json.path("x-kubernetes-patch-merge-key").asString(""));
  }

  /** Reads a part when it is first asked for: most parts of a large schema never are. */
  private Supplier<Schema> later(JsonNode json) {
    return new Supplier<>() {
      private volatile Schema[] read = {};

      @Override
      public Schema get() {
        // Two threads may both read it; the schemas are the same.
        if (read.length == 0) {
          read = new Schema[] {value(json)};
        }
        return read[0];
      }
    };
  }

  private Rule rule(JsonNode json) {
    return new Rule(
        json.path("rule").asString(""),
        json.path("message").asString(""),
        json.path("messageExpression").asString(""),
        json.path("reason").asString(""),
        json.path("fieldPath").asString(""),
        json.path("optionalOldSelf").asBoolean(false));
  }

  private static Schema.Type type(JsonNode json) {
    if (json.path("x-kubernetes-int-or-string").asBoolean(false)) {
      return Schema.Type.INT_OR_STRING;
    }
    return switch (json.path("type").asString("")) {
      case "object" -> Schema.Type.OBJECT;
      case "array" -> Schema.Type.ARRAY;
      case "string" -> Schema.Type.STRING;
      case "integer" -> Schema.Type.INTEGER;
      case "number" -> Schema.Type.NUMBER;
      case "boolean" -> Schema.Type.BOOLEAN;
      default -> Schema.Type.ANY;
    };
  }

  private static List<String> texts(JsonNode list) {
    return list.values().stream().map(item -> item.asString("")).toList();
  }
}
