package dev.nauarch.build.catalog;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A comment of the Kubernetes API types: prose, and markers that say how a field merges.
 *
 * @param description the prose, a paragraph to a line
 * @param markers what stands behind each plus sign, for example {@code listType=map}
 */
record GoComment(String description, List<String> markers) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Reads a comment; prose below a line of three dashes is for developers of Kubernetes. */
  static GoComment of(List<String> lines) {
    var description = new StringBuilder();
    var markers = new ArrayList<String>();
    var separator = "";
    var isForUsers = true;
    for (var line : lines) {
      var text = line.strip();
      if (text.startsWith("+")) {
        markers.add(text.substring(1).strip());
      } else if (!isForUsers || text.equals("---")) {
        isForUsers = false;
      } else if (text.isEmpty()) {
        separator = description.isEmpty() ? "" : "\n\n";
      } else if (!text.startsWith("TODO")) {
        description.append(separator).append(text);
        separator = " ";
      }
    }
    return new GoComment(description.toString(), List.copyOf(markers));
  }

  /** Adds what it says to a definition or a property. */
  void writeTo(ObjectNode target) {
    if (!description.isEmpty()) {
      target.put("description", description);
    }
    for (var marker : markers) {
      write(marker, target);
    }
  }

  private static void write(String marker, ObjectNode target) {
    var equals = marker.indexOf('=');
    var name = equals < 0 ? marker : marker.substring(0, equals);
    var value = equals < 0 ? "" : marker.substring(equals + 1).strip();
    switch (name) {
      case "listType" -> target.put("listType", value);
      case "listMapKey" -> target.withArrayProperty("listMapKeys").add(value);
      case "patchStrategy" -> target.put("patchStrategy", value);
      case "patchMergeKey" -> target.put("patchMergeKey", value);
      case "mapType", "structType" -> target.put("atomic", value.equals("atomic"));
      case "required" -> target.put("required", true);
      case "default" -> {
        // Some defaults name a Go constant; those are hand-written data.
        if (!value.startsWith("ref(")) {
          target.set("default", JSON.readTree(value));
        }
      }
      default -> {
        // Validation markers of generators that the server does not run.
      }
    }
  }
}
