package dev.nauarch.apiserver.openapi;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the one document of OpenAPI v2 of all documents of v3. What v2 has no word for is left out,
 * in the way that keeps clients from refusing what the server takes.
 */
final class Swagger {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String IN_V3 = "#/components/schemas/";
  private static final String IN_V2 = "#/definitions/";
  private static final String KEEPS_UNKNOWN = "x-kubernetes-preserve-unknown-fields";
  private static final List<String> UNKNOWN_TO_V2 =
      List.of("nullable", "oneOf", "anyOf", "allOf", "not", "default");

  private final ObjectNode document = NODES.objectNode().put("swagger", "2.0");
  private final Map<String, JsonNode> paths = new TreeMap<>();
  private final Map<String, JsonNode> definitions = new TreeMap<>();

  /**
   * @param version the server's version, for example {@code v1.37.0}
   */
  Swagger(String version) {
    document.putObject("info").put("title", "Kubernetes").put("version", version);
  }

  /** Adds what a document of v3 has. */
  void add(JsonNode v3) {
    for (var path : v3.path("paths").properties()) {
      paths.put(path.getKey(), path(path.getValue()));
    }
    for (var schema : v3.at("/components/schemas").properties()) {
      definitions.computeIfAbsent(schema.getKey(), name -> definition(schema.getValue()));
    }
  }

  /** The document. */
  ObjectNode toJson() {
    var all = document.putObject("paths");
    paths.forEach(all::set);
    var named = document.putObject("definitions");
    definitions.forEach(named::set);
    document
        .putObject("securityDefinitions")
        .putObject("BearerToken")
        .put("description", "A bearer token.")
        .put("in", "header")
        .put("name", "authorization")
        .put("type", "apiKey");
    document.putArray("security").addObject().putArray("BearerToken");
    return document;
  }

  private static ObjectNode path(JsonNode v3) {
    var path = NODES.objectNode();
    for (var part : v3.properties()) {
      if (part.getKey().equals("parameters")) {
        var parameters = path.putArray("parameters");
        part.getValue().forEach(parameter -> parameters.add(parameter(parameter)));
      } else {
        path.set(part.getKey(), operation(part.getValue()));
      }
    }
    return path;
  }

  private static ObjectNode operation(JsonNode v3) {
    var operation = NODES.objectNode();
    for (var part : v3.properties()) {
      switch (part.getKey()) {
        case "parameters" -> {
          var parameters = operation.putArray("parameters");
          part.getValue().forEach(parameter -> parameters.add(parameter(parameter)));
        }
        case "requestBody", "responses" -> {
          // They follow below: what media types they have stands beside them in v2.
        }
        default -> operation.set(part.getKey(), part.getValue());
      }
    }
    addBody(operation, v3.path("requestBody"));
    addResponses(operation, v3.path("responses"));
    return operation;
  }

  private static void addBody(ObjectNode operation, JsonNode body) {
    var content = body.path("content");
    if (content.isEmpty()) {
      return;
    }
    var consumes = operation.putArray("consumes");
    content.propertyNames().forEach(consumes::add);
    var parameter =
        operation.withArray("parameters").addObject().put("in", "body").put("name", "body");
    if (body.path("required").asBoolean(false)) {
      parameter.put("required", true);
    }
    parameter.set("schema", schema(content.values().iterator().next().path("schema")));
  }

  private static void addResponses(ObjectNode operation, JsonNode v3) {
    var produces = operation.putArray("produces");
    v3.path("200").path("content").propertyNames().forEach(produces::add);
    var responses = operation.putObject("responses");
    for (var response : v3.properties()) {
      var description = response.getValue().path("description").asString("");
      var json = responses.putObject(response.getKey()).put("description", description);
      var content = response.getValue().path("content");
      if (!content.isEmpty()) {
        json.set("schema", schema(content.values().iterator().next().path("schema")));
      }
    }
  }

  private static ObjectNode parameter(JsonNode v3) {
    var parameter = NODES.objectNode();
    for (var part : v3.properties()) {
      if (part.getKey().equals("schema")) {
        part.getValue().properties().forEach(of -> parameter.set(of.getKey(), of.getValue()));
      } else {
        parameter.set(part.getKey(), part.getValue());
      }
    }
    return parameter;
  }

  /**
   * A schema that has a name. One that keeps unknown fields has no properties at all: clients would
   * take those that it has for all that there are.
   */
  private static ObjectNode definition(JsonNode v3) {
    if (!v3.path(KEEPS_UNKNOWN).asBoolean(false)) {
      return schema(v3);
    }
    var definition = NODES.objectNode().put("type", "object");
    var kinds = v3.get("x-kubernetes-group-version-kind");
    return kinds == null ? definition : definition.set("x-kubernetes-group-version-kind", kinds);
  }

  private static ObjectNode schema(JsonNode v3) {
    var schema = NODES.objectNode();
    for (var part : v3.properties()) {
      var name = part.getKey();
      var value = part.getValue();
      switch (name) {
        case "$ref" -> schema.put("$ref", value.asString("").replace(IN_V3, IN_V2));
        case "properties" -> {
          var properties = schema.putObject("properties");
          value.properties().forEach(one -> properties.set(one.getKey(), schema(one.getValue())));
        }
        case "items", "additionalProperties" ->
            schema.set(name, value.isObject() ? schema(value) : value);
        default -> {
          if (!UNKNOWN_TO_V2.contains(name)) {
            schema.set(name, value);
          }
        }
      }
    }
    addReference(schema, v3);
    addType(schema, v3);
    loosen(schema, v3);
    return schema;
  }

  /** In v2, what a place adds to a definition stands beside the reference to it. */
  private static void addReference(ObjectNode schema, JsonNode v3) {
    var reference = v3.path("allOf").path(0).path("$ref").asString("");
    if (!reference.isEmpty()) {
      schema.put("$ref", reference.replace(IN_V3, IN_V2));
    }
  }

  /** A number or a text is a text with a format. */
  private static void addType(ObjectNode schema, JsonNode v3) {
    if (v3.has("oneOf")
        && !v3.has("type")
        && v3.at("/oneOf/1/type").asString("").equals("string")) {
      schema.put("type", "string");
    }
  }

  /** Takes away what clients would check too strictly. */
  private static void loosen(ObjectNode schema, JsonNode v3) {
    var keepsUnknown = v3.path(KEEPS_UNKNOWN).asBoolean(false);
    var isNullable = v3.path("nullable").asBoolean(false);
    if (keepsUnknown || isNullable) {
      schema.remove(List.of("items", "properties"));
    }
    var type = schema.path("type").asString("");
    if (isNullable
        || (keepsUnknown && type.equals("object"))
        || (type.equals("array") && !schema.has("items"))) {
      schema.remove("type");
    }
    if (schema.path("required").isArray()) {
      var required = NODES.arrayNode();
      var properties = v3.path("properties");
      for (var name : schema.path("required")) {
        if (!properties.path(name.asString("")).path("nullable").asBoolean(false)) {
          required.add(name);
        }
      }
      if (required.isEmpty() || v3.at("/additionalProperties/nullable").asBoolean(false)) {
        schema.remove("required");
      } else {
        schema.set("required", required);
      }
    }
  }
}
