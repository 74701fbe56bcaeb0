package dev.nauarch.apiserver.crd;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A CustomResourceDefinition, read.
 *
 * @param object the object as it stands
 */
record Definition(JsonNode object) {

  JsonNode spec() {
    return object.path("spec");
  }

  JsonNode names() {
    return spec().path("names");
  }

  String group() {
    return spec().path("group").asString("");
  }

  String name() {
    return object.path("metadata").path("name").asString("");
  }

  String kind() {
    return names().path("kind").asString("");
  }

  boolean isNamespaced() {
    return spec().path("scope").asString("").equals("Namespaced");
  }

  List<JsonNode> versions() {
    return List.copyOf(spec().path("versions").values());
  }

  /** The name of the version that objects are stored in; empty where none is marked. */
  Optional<String> storageVersion() {
    return versions().stream()
        .filter(version -> version.path("storage").asBoolean(false))
        .map(version -> version.path("name").asString(""))
        .findFirst();
  }

  /** Whether a condition of this type is true. */
  boolean is(String condition) {
    return object.path("status").path("conditions").values().stream()
        .anyMatch(
            item ->
                item.path("type").asString("").equals(condition)
                    && item.path("status").asString("").equals("True"));
  }

  /** Fills in, in place, what a definition need not say. */
  static void complete(ObjectNode object) {
    if (!(object.get("spec") instanceof ObjectNode spec)) {
      return;
    }
    if (spec.get("names") instanceof ObjectNode names) {
      var kind = names.path("kind").asString("");
      if (names.path("singular").asString("").isEmpty()) {
        names.put("singular", kind.toLowerCase(Locale.ROOT));
      }
      if (names.path("listKind").asString("").isEmpty() && !kind.isEmpty()) {
        names.put("listKind", kind + "List");
      }
    }
    if (!spec.has("conversion")) {
      spec.putObject("conversion").put("strategy", "None");
    }
    addStoredVersion(object);
  }

  private static void addStoredVersion(ObjectNode object) {
    var storage = new Definition(object).storageVersion();
    if (storage.isEmpty()) {
      return;
    }
    var stored = object.withObject("status").withArray("storedVersions");
    if (stored.values().stream().noneMatch(name -> name.asString("").equals(storage.get()))) {
      stored.add(storage.get());
    }
  }
}
