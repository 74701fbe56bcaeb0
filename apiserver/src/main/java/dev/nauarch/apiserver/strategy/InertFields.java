package dev.nauarch.apiserver.strategy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The fields that are accepted and that nothing acts upon yet, one line each in {@code
 * inert-fields.txt}. A client that sets one is told; a line goes away with the change that makes
 * its field work.
 */
public final class InertFields {

  private static final Map<String, List<Line>> LINES_BY_KIND = read();

  /**
   * One field.
   *
   * @param steps the path, a step {@code name[]} standing for every item of a list
   * @param usual the value that means nothing, as text; empty for none
   */
  private record Line(List<String> steps, String usual) {}

  private InertFields() {}

  /** What to tell a client that sends an object of a kind. */
  public static List<String> warnings(String kind, JsonNode object) {
    var warnings = new LinkedHashSet<String>();
    for (var line : LINES_BY_KIND.getOrDefault(kind, List.of())) {
      collect(warnings, line, 0, object, "");
    }
    return List.copyOf(warnings);
  }

  private static void collect(
      Set<String> warnings, Line line, int depth, JsonNode value, String path) {
    if (depth == line.steps.size()) {
      if (!isUsual(line, value)) {
        warnings.add(path + ": accepted, but not acted upon yet");
      }
      return;
    }
    var step = line.steps.get(depth);
    boolean isList = step.endsWith("[]");
    var name = isList ? step.substring(0, step.length() - 2) : step;
    var below = path.isEmpty() ? name : path + "." + name;
    if (!isList) {
      collect(warnings, line, depth + 1, value.path(name), below);
      return;
    }
    int index = 0;
    for (var item : value.path(name)) {
      collect(warnings, line, depth + 1, item, below + "[" + index++ + "]");
    }
  }

  private static boolean isUsual(Line line, JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isContainer() && value.isEmpty())
        || (value.isBoolean() && line.usual.isEmpty() && !value.booleanValue())
        || (value.isValueNode() && value.asString("").equals(line.usual));
  }

  private static Map<String, List<Line>> read() {
    var lines = new HashMap<String, List<Line>>();
    var templates = new HashMap<String, String>();
    for (var text : text().lines().toList()) {
      if (text.isBlank() || text.startsWith("#")) {
        continue;
      }
      var words = text.strip().split(" +", -1);
      if (words[0].equals("template")) {
        templates.put(words[1], words[2]);
        continue;
      }
      int dot = words[0].indexOf('.');
      add(lines, words[0].substring(0, dot), words[0].substring(dot + 1), usual(words));
    }
    // What is inert in a pod is inert in a pod that is yet to be made.
    var ofPods = List.copyOf(lines.getOrDefault("Pod", List.of()));
    templates.forEach(
        (kind, path) -> {
          for (var line : ofPods) {
            if (line.steps.getFirst().equals("spec")) {
              add(lines, kind, path + "." + String.join(".", line.steps), line.usual);
            }
          }
        });
    return lines;
  }

  private static void add(Map<String, List<Line>> lines, String kind, String path, String usual) {
    var steps = List.of(path.split("\\.", -1));
    lines.computeIfAbsent(kind, _ -> new ArrayList<>()).add(new Line(steps, usual));
  }

  private static String usual(String[] words) {
    return words.length > 1 ? words[1].substring("usual=".length()) : "";
  }

  private static String text() {
    try (var in = InertFields.class.getResourceAsStream("inert-fields.txt")) {
      if (in == null) {
        throw new IllegalStateException("inert-fields.txt is not in the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
