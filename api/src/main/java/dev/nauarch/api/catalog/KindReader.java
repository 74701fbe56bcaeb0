package dev.nauarch.api.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the built-in kinds of the lines that the build's generator wrote. */
final class KindReader {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Definitions definitions;

  private KindReader(Definitions definitions) {
    this.definitions = definitions;
  }

  /** The kinds that a version of Kubernetes serves. */
  static List<Kind> read(Definitions definitions, KubernetesVersion version) {
    var reader = new KindReader(definitions);
    var kinds = new ArrayList<Kind>();
    var text = new String(Definitions.resource("kinds"), StandardCharsets.UTF_8);
    for (var line : (Iterable<String>) text.lines()::iterator) {
      var json = JSON.readTree(line);
      if (isServed(json, version)) {
        kinds.add(reader.kind(json, version));
      }
    }
    return kinds;
  }

  private Kind kind(JsonNode json, KubernetesVersion version) {
    var kind = json.path("kind").asString();
    var singular = kind.toLowerCase(Locale.ROOT);
    var names =
        new Kind.Names(
            json.path("plural").asString(),
            singular,
            kind + "List",
            DefinitionReader.strings(json.path("shortNames")),
            DefinitionReader.strings(json.path("categories")));
    return new Kind(
        json.path("group").asString(),
        json.path("version").asString(),
        kind,
        names,
        json.path("namespaced").asBoolean(true),
        json.has("verbs") ? DefinitionReader.strings(json.path("verbs")) : Kind.ALL_VERBS,
        subresources(json),
        DefinitionReader.strings(json.path("selectableFields")),
        definitions.require(json.path("definition").asString()),
        columns(json),
        deprecation(json, version),
        json.path("storedAs").asString(""),
        json.path("returnsDeletedObject").asBoolean(false),
        false);
  }

  /** Whether a version has a kind or a property. */
  static boolean isServed(JsonNode json, KubernetesVersion version) {
    return version.serves(json.path("since").asString(""), json.path("until").asString(""));
  }

  private static String deprecation(JsonNode json, KubernetesVersion version) {
    var deprecated = json.path("deprecated").asString("");
    if (deprecated.isEmpty() || !version.has(deprecated)) {
      return "";
    }
    var group = json.path("group").asString();
    var name = (group.isEmpty() ? "" : group + "/") + json.path("version").asString();
    var kind = json.path("kind").asString();
    var replacement = json.path("replacement").asString("");
    return "%s %s is deprecated in v%s+".formatted(name, kind, deprecated)
        + (replacement.isEmpty() ? "" : "; use " + replacement);
  }

  private static List<Kind.Subresource> subresources(JsonNode kind) {
    var subresources = new ArrayList<Kind.Subresource>();
    for (var entry : kind.path("subresources").properties()) {
      var json = entry.getValue();
      subresources.add(
          new Kind.Subresource(
              entry.getKey(),
              json.path("group").asString(kind.path("group").asString()),
              json.path("version").asString(kind.path("version").asString()),
              json.path("kind").asString(kind.path("kind").asString()),
              DefinitionReader.strings(json.path("verbs")),
              paths(json)));
    }
    return List.copyOf(subresources);
  }

  private static Map<String, String> paths(JsonNode subresource) {
    var paths = new LinkedHashMap<String, String>();
    for (var path : subresource.path("paths").properties()) {
      paths.put(path.getKey(), path.getValue().asString());
    }
    return paths;
  }

  private static List<Kind.Column> columns(JsonNode kind) {
    var columns = new ArrayList<Kind.Column>();
    for (var json : kind.path("columns")) {
      columns.add(
          new Kind.Column(
              json.path("name").asString(),
              json.path("type").asString("string"),
              json.path("format").asString(""),
              json.path("description").asString(""),
              json.path("priority").asInt(0),
              json.path("path").asString(""),
              json.path("computed").asString("")));
    }
    return List.copyOf(columns);
  }
}
