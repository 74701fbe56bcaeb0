package dev.nauarch.nodeagent.cdi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds devices by their full names in the files of some folders, {@code /etc/cdi} and {@code
 * /var/run/cdi} on most machines. Of two folders the later one counts; two files of one folder that
 * describe the same device make it one that can't be used. Read anew for each container.
 */
public final class CdiFiles {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Path> folders;

  /** Looks into these, the one that counts most last. */
  public CdiFiles(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /** In the folders of most machines. */
  public static CdiFiles ofMachine() {
    return new CdiFiles(List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")));
  }

  private record Found(Path file, CdiSpec spec) {}

  /**
   * What a container needs that uses these devices.
   *
   * @param names for example {@code example.com/gpu=gpu-0}
   * @throws IOException where one of them is not described, or not as it should be
   */
  public CdiEdits edits(Collection<String> names) throws IOException {
    if (names.isEmpty()) {
      return CdiEdits.NONE;
    }
    var broken = new ArrayList<String>();
    var read = new ArrayList<List<Found>>();
    for (var folder : folders.reversed()) {
      read.add(read(folder, broken));
    }
    var seen = new LinkedHashSet<Path>();
    var edits = CdiEdits.NONE;
    for (var name : names) {
      var found = find(name, read, broken);
      var device = found.spec().devices().get(name.substring(name.indexOf('=') + 1));
      if (seen.add(found.file())) {
        edits = edits.plus(found.spec().common());
      }
      edits = edits.plus(device == null ? CdiEdits.NONE : device);
    }
    return edits;
  }

  private Found find(String name, List<List<Found>> read, List<String> broken) throws IOException {
    var equals = name.indexOf('=');
    if (equals < 0) {
      throw new IOException("\"" + name + "\" is no CDI device: it is not like example.com/gpu=0");
    }
    var kind = name.substring(0, equals);
    var device = name.substring(equals + 1);
    for (var folder : read) {
      var found =
          folder.stream()
              .filter(each -> each.spec().kind().equals(kind))
              .filter(each -> each.spec().devices().containsKey(device))
              .toList();
      if (found.size() > 1) {
        throw new IOException(
            "CDI device \""
                + name
                + "\" is described in both "
                + found.get(0).file()
                + " and "
                + found.get(1).file()
                + ": remove one of them");
      }
      if (found.size() == 1) {
        return found.getFirst();
      }
    }
    throw new IOException(
        "unresolvable CDI device \""
            + name
            + "\": no file in "
            + folders
            + " describes it"
            + (broken.isEmpty() ? "" : "; these can't be read: " + String.join("; ", broken)));
  }

  private static List<Found> read(Path folder, List<String> broken) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var all = new ArrayList<Found>();
    try (var files = Files.newDirectoryStream(folder, "*.{json,yaml,yml}")) {
      for (var file : files) {
        try {
          spec(file).ifPresent(spec -> all.add(new Found(file, spec)));
        } catch (IllegalArgumentException | JacksonException | YamlEngineException e) {
          broken.add(file + ": " + e.getMessage());
        }
      }
    }
    return all;
  }

  private static Optional<CdiSpec> spec(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    var text = Files.readString(file);
    if (file.toString().endsWith(".json")) {
      return Optional.of(CdiSpec.of(JSON.readTree(text)));
    }
    var settings = LoadSettings.builder().setLabel(file.toString()).build();
    return Optional.of(CdiSpec.of(JSON.valueToTree(new Load(settings).loadFromString(text))));
  }
}
