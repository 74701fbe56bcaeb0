package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Kind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays a configuration over an object where nobody owns anything, as mutating policies do. */
public final class Overlay {

  private Overlay() {}

  /**
   * The object with everything that the configuration sets.
   *
   * @throws IllegalArgumentException when the configuration has not the form of the kind, or sets a
   *     part of something that can only be replaced as a whole
   */
  public static ObjectNode of(Kind kind, ObjectNode live, ObjectNode configuration) {
    var shape = Shape.of(kind.schema());
    var problems = FormCheck.problems(shape, configuration);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "failed to convert patch object to typed object: " + String.join("\n", problems));
    }
    var atomics = new ArrayList<String>();
    findAtomics(shape, "", configuration, atomics);
    if (!atomics.isEmpty()) {
      throw new IllegalArgumentException(
          "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
              + String.join(", ", atomics));
    }
    return Merge.of(shape, live.deepCopy(), configuration) instanceof ObjectNode merged
        ? merged
        : live.deepCopy();
  }

  private static void findAtomics(Shape shape, String path, JsonNode value, List<String> into) {
    if (value.isObject()) {
      if (shape.isAtomicMap()) {
        into.add(path);
      }
      for (var entry : value.properties()) {
        var field = shape.field(entry.getKey());
        field.ifPresent(
            inner -> findAtomics(inner, path + "." + entry.getKey(), entry.getValue(), into));
      }
    } else if (value.isArray()) {
      if (shape.isAtomicList()) {
        into.add(path);
      }
      for (var i = 0; i < value.size(); i++) {
        findAtomics(shape.item(), path + "[" + i + "]", value.path(i), into);
      }
    }
  }
}
