package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Kind.Column;
import dev.nauarch.api.catalog.Kind.Subresource;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the kinds that CustomResourceDefinitions define.
 *
 * @param objectMeta the schema of every object's {@code metadata}
 */
public record CustomKinds(Schema objectMeta) {

  private static final Pattern DOT = Pattern.compile("\\.");

  private static final List<String> PART_VERBS = List.of("get", "patch", "update");

  /** How a definition's own fields of a scale subresource are called, and a kind's. */
  private static final List<String> SCALE_PATHS =
      List.of("specReplicasPath", "statusReplicasPath", "labelSelectorPath");

  /**
   * The kinds of the versions that a definition serves, the newest first; empty while its names are
   * not accepted.
   *
   * @param definition a CustomResourceDefinition
   */
  public List<Kind> of(ObjectNode definition) {
    var read = new Definition(definition);
    if (!read.is("Established")) {
      return List.of();
    }
    return read.versions().stream()
        .filter(version -> version.path("served").asBoolean(false))
        .sorted((a, b) -> VersionOrder.NEWEST_FIRST.compare(name(a), name(b)))
        .map(version -> kind(read, version))
        .toList();
  }

  /** The kind that objects of a definition are stored as, be it served or not. */
  public Optional<Kind> stored(ObjectNode definition) {
    var read = new Definition(definition);
    return read.versions().stream()
        .filter(version -> read.is("Established") && version.path("storage").asBoolean(false))
        .map(version -> kind(read, version))
        .findFirst();
  }

  /** The version that objects of a definition are stored in, for example {@code v1}. */
  public static Optional<String> storageVersion(ObjectNode definition) {
    return new Definition(definition).storageVersion();
  }

  private Kind kind(Definition definition, JsonNode version) {
    var schema = version.path("schema").path("openAPIV3Schema");
    return new Kind(
        definition.group(),
        name(version),
        definition.kind(),
        names(definition.names()),
        definition.isNamespaced(),
        Kind.ALL_VERBS,
        subresources(definition, version),
        version.path("selectableFields").values().stream()
            .map(field -> withoutDot(field.path("jsonPath").asString("")))
            .toList(),
        new SchemaReader(objectMeta).resource(definitionName(definition, name(version)), schema),
        columns(version),
        deprecation(version, definition),
        "",
        false,
        true);
  }

  private static Kind.Names names(JsonNode names) {
    return new Kind.Names(
        names.path("plural").asString(""),
        names.path("singular").asString(""),
        names.path("listKind").asString(""),
        texts(names.path("shortNames")),
        texts(names.path("categories")));
  }

  private static List<Subresource> subresources(Definition definition, JsonNode version) {
    var result = new ArrayList<Subresource>();
    var declared = version.path("subresources");
    if (declared.has("status")) {
      result.add(
          new Subresource(
              "status",
              definition.group(),
              name(version),
              definition.kind(),
              PART_VERBS,
              new LinkedHashMap<>()));
    }
    if (declared.has("scale")) {
      var paths = new LinkedHashMap<String, String>();
      for (var path : SCALE_PATHS) {
        var value = declared.path("scale").path(path).asString("");
        if (!value.isEmpty()) {
          paths.put(path, value);
        }
      }
      result.add(new Subresource("scale", "autoscaling", "v1", "Scale", PART_VERBS, paths));
    }
    return result;
  }

  private static List<Column> columns(JsonNode version) {
    var result = new ArrayList<Column>();
    result.add(
        new Column("Name", "string", "name", "Name of the object.", 0, ".metadata.name", ""));
    for (var column : version.path("additionalPrinterColumns")) {
      result.add(
          new Column(
              column.path("name").asString(""),
              column.path("type").asString(""),
              column.path("format").asString(""),
              column.path("description").asString(""),
              column.path("priority").asInt(0),
              column.path("jsonPath").asString(""),
              ""));
    }
    if (result.size() == 1) {
      result.add(
          new Column(
              "Age",
              "date",
              "",
              "When the object was created.",
              0,
              ".metadata.creationTimestamp",
              ""));
    }
    return result;
  }

  private static String deprecation(JsonNode version, Definition definition) {
    if (!version.path("deprecated").asBoolean(false)) {
      return "";
    }
    var written = version.path("deprecationWarning").asString("");
    if (!written.isEmpty()) {
      return written;
    }
    var newest =
        definition.versions().stream()
            .filter(other -> other.path("served").asBoolean(false))
            .filter(other -> !other.path("deprecated").asBoolean(false))
            .map(CustomKinds::name)
            .min(VersionOrder.NEWEST_FIRST)
            .map(other -> "; use " + definition.group() + "/" + other + " " + definition.kind())
            .orElse("");
    return "%s/%s %s is deprecated".formatted(definition.group(), name(version), definition.kind())
        + newest;
  }

  /** The name in OpenAPI: the group back to front, then version and kind. */
  private static String definitionName(Definition definition, String version) {
    var parts = new ArrayList<>(DOT.splitAsStream(definition.group()).toList().reversed());
    parts.add(version);
    parts.add(definition.kind());
    return String.join(".", parts);
  }

  private static String name(JsonNode version) {
    return version.path("name").asString("");
  }

  private static String withoutDot(String path) {
    return path.startsWith(".") ? path.substring(1) : path;
  }

  private static List<String> texts(JsonNode list) {
    return list.values().stream().map(item -> item.asString("")).toList();
  }
}
