package dev.nauarch.build.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hand-written files of the catalog: kinds, definitions that no library has, and corrections of
 * extracted ones. In a file, {@code prefix} stands before definitions and types that are written
 * with a leading dot; {@code objects} are definitions with apiVersion and kind that are no kinds of
 * the catalog, {@code parts} are others that the server asks for by name; {@code inactive} lists
 * fields that nobody acts upon, see {@link InactiveMarks}.
 */
final class HandWritten {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final List<ObjectNode> kinds = new ArrayList<>();
  private final SequencedSet<String> objects = new LinkedHashSet<>();
  private final SequencedSet<String> parts = new LinkedHashSet<>();
  private final List<Overlay> overlays = new ArrayList<>();
  private final InactiveMarks inactive = new InactiveMarks();

  private record Overlay(String definition, ObjectNode change) {}

  private HandWritten() {}

  /** Reads the files of a folder, in the order of their names. */
  static HandWritten read(Path folder) throws IOException {
    var written = new HandWritten();
    List<Path> files;
    try (var found = Files.walk(folder)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    for (var file : files) {
      written.add(parse(file));
    }
    return written;
  }

  List<ObjectNode> kinds() {
    return kinds;
  }

  /** The definitions that are asked for by name, from which all others are reached. */
  SequencedSet<String> roots() {
    var roots = new LinkedHashSet<>(objects);
    roots.addAll(parts);
    return roots;
  }

  /** The fields that nobody acts upon. */
  InactiveMarks inactive() {
    return inactive;
  }

  /** Adds to, and corrects, the extracted definitions; gives objects apiVersion and kind. */
  void overlayOnto(Map<String, ObjectNode> definitions) {
    for (var overlay : overlays) {
      var definition =
          definitions.computeIfAbsent(
              overlay.definition(), name -> JsonNodeFactory.instance.objectNode());
      inline(overlay.definition(), definition, overlay.change());
      rename(definition, overlay.change());
      var required = overlay.change().remove("required");
      var keepsZero = overlay.change().remove("keepsZero");
      merge(definition, overlay.change());
      mark("required", required, overlay.definition(), definition);
      mark("keepsZero", keepsZero, overlay.definition(), definition);
    }
    for (var object : objects) {
      definitions
          .computeIfAbsent(object, name -> JsonNodeFactory.instance.objectNode())
          .put("typed", true);
    }
    inactive.writeOnto(definitions);
  }

  private static JsonNode parse(Path file) throws IOException {
    var settings = LoadSettings.builder().setLabel(file.toString()).build();
    Object value = new Load(settings).loadFromString(Files.readString(file));
    return JSON.valueToTree(value);
  }

  private void add(JsonNode file) {
    var prefix = file.path("prefix").asString("");
    for (var definition : file.path("definitions").properties()) {
      var change = (ObjectNode) definition.getValue();
      change.path("properties").forEach(property -> resolve(property, prefix));
      overlays.add(new Overlay(absolute(definition.getKey(), prefix), change));
    }
    for (var kind : file.path("kinds").properties()) {
      var entry = JsonNodeFactory.instance.objectNode();
      entry.put("group", file.path("group").asString());
      entry.put("version", file.path("version").asString());
      entry.put("kind", kind.getKey());
      entry.put("definition", prefix + "." + kind.getKey());
      entry.setAll((ObjectNode) kind.getValue());
      KindDefaults.fillIn(entry);
      kinds.add(entry);
      objects.add(entry.path("definition").asString());
    }
    file.path("inactive")
        .properties()
        .forEach(entry -> inactive.add(absolute(entry.getKey(), prefix), entry.getValue()));
    file.path("objects").forEach(name -> objects.add(absolute(name.asString(), prefix)));
    file.path("parts").forEach(name -> parts.add(absolute(name.asString(), prefix)));
  }

  /** Gives a property its full type; a property may be written as just its type. */
  private static void resolve(JsonNode property, String prefix) {
    if (property instanceof ObjectNode object && object.has("type")) {
      var type = object.path("type").asString();
      var leaf = TypeName.leaf(type);
      object.put("type", TypeName.withLeaf(type, absolute(leaf, prefix)));
    }
  }

  private static String absolute(String name, String prefix) {
    return name.startsWith(".") ? prefix + name : name;
  }

  /** Notes fields whose message stands in place of the field in JSON. */
  private static void inline(String name, ObjectNode definition, ObjectNode change) {
    for (var field : change.path("inline")) {
      var property = definition.withObjectProperty("properties").remove(field.asString());
      if (property == null) {
        throw new IllegalStateException(name + " has no field " + field + " to inline");
      }
      definition
          .withObjectProperty("inline")
          .put(property.path("number").asString(), property.path("type").asString());
    }
    change.remove("inline");
  }

  /** Gives fields the names that they have in JSON, in place. */
  private static void rename(ObjectNode definition, ObjectNode change) {
    var names = change.path("rename");
    if (names.isObject()) {
      var old = (ObjectNode) definition.path("properties");
      var renamed = JsonNodeFactory.instance.objectNode();
      for (var property : old.properties()) {
        renamed.set(names.path(property.getKey()).asString(property.getKey()), property.getValue());
      }
      definition.set("properties", renamed);
    }
    change.remove("rename");
  }

  /** Turns a list of properties into a mark on each of them. */
  private static void mark(
      String mark, @Nullable JsonNode names, String definitionName, ObjectNode definition) {
    if (names == null) {
      return;
    }
    for (var name : names) {
      if (!(definition.path("properties").path(name.asString()) instanceof ObjectNode property)) {
        throw new IllegalStateException(definitionName + " has no property " + name);
      }
      property.put(mark, true);
    }
  }

  private static void merge(ObjectNode target, ObjectNode change) {
    for (var entry : change.properties()) {
      if (entry.getValue().isNull()) {
        target.remove(entry.getKey());
      } else if (entry.getValue() instanceof ObjectNode object
          && target.get(entry.getKey()) instanceof ObjectNode old
          && !entry.getKey().equals("default")) {
        merge(old, object);
      } else {
        target.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
