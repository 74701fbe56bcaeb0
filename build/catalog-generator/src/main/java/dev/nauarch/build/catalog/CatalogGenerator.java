package dev.nauarch.build.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the two files that the catalog reads at run time, one entry on each line: {@code
 * definitions} (a definition's name, a tab, its JSON) and {@code kinds} (a kind's JSON).
 */
public final class CatalogGenerator {

  private CatalogGenerator() {}

  /**
   * Makes the catalog's files.
   *
   * @param arguments the folder of the hand-written files, and the folder to write to
   * @throws IOException when a file can't be read or written
   */
  public static void main(String[] arguments) throws IOException {
    var written = HandWritten.read(Path.of(arguments[0]));
    var definitions = new TreeMap<String, ObjectNode>(ProtoSources.fromClassPath().definitions());
    written.overlayOnto(definitions);
    var used = reachable(definitions, written.roots());
    for (var marked : written.inactive().definitions()) {
      if (!used.contains(marked)) {
        throw new IllegalStateException(
            "no kind has the fields of " + marked + " that are listed as inactive");
      }
    }
    var target = Files.createDirectories(Path.of(arguments[1]));
    var lines = new StringBuilder();
    for (var name : used) {
      lines.append(name).append('\t').append(definitions.get(name)).append('\n');
    }
    writeIfChanged(target.resolve("definitions"), lines.toString());
    var kinds = new StringBuilder();
    written.kinds().forEach(kind -> kinds.append(kind).append('\n'));
    writeIfChanged(target.resolve("kinds"), kinds.toString());
  }

  /** The definitions that kinds use, so that a type nobody serves costs nothing. */
  private static SequencedSet<String> reachable(
      Map<String, ObjectNode> definitions, Iterable<String> roots) {
    var found = new LinkedHashSet<String>();
    for (var root : roots) {
      visit(root, "the list of kinds", definitions, found);
    }
    return found;
  }

  private static void visit(
      String name, String user, Map<String, ObjectNode> definitions, SequencedSet<String> found) {
    var definition = definitions.get(name);
    if (definition == null) {
      throw new IllegalStateException(user + " names " + name + ", which no file defines");
    }
    if (!found.add(name)) {
      return;
    }
    for (var property : definition.path("properties").properties()) {
      var type = TypeName.leaf(property.getValue().path("type").asString());
      if (!TypeName.isScalar(type)) {
        visit(type, name + "." + property.getKey(), definitions, found);
      }
    }
    for (var inlined : definition.path("inline").properties()) {
      visit(inlined.getValue().asString(), name, definitions, found);
    }
  }

  /** Leaves an equal file alone, so that later steps of the build see nothing new. */
  private static void writeIfChanged(Path file, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      Files.write(file, bytes);
    }
  }
}
