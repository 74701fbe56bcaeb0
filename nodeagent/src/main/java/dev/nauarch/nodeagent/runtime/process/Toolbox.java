package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.image.registry.RegistryClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Copies of the few programs of this machine that are needed inside of a container whose image has
 * none, with their libraries. Containers see the box, read-only, as {@link #INSIDE}. Copies, since
 * nothing that a container does to a file may reach the machine's own.
 *
 * @param path where it is on this machine
 * @param hasLoader whether the programs need one for their libraries
 */
record Toolbox(Path path, boolean hasLoader) {
  /** Where a container sees it. */
  static final String INSIDE = "/dev/.nauarch";

  private static final List<String> TOOLS =
      List.of("cp", "env", "ln", "mkdir", "mount", "readlink", "rm", "rmdir", "setpriv", "umount");

  private static final List<String> PLACES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");
  private static final String LOADER = "ld";
  private static final Pattern LIBRARY = Pattern.compile("(?m)=> (/\\S+)");
  private static final Pattern LOADER_LINE = Pattern.compile("(?m)^\\s*(/\\S+) \\(0x");

  /** The box for the programs as they are now; made where there is none of them. */
  static synchronized Toolbox open(Path directory) throws IOException, InterruptedException {
    var sourceByName = new TreeMap<String, Path>();
    for (var tool : TOOLS) {
      var source = find(tool);
      sourceByName.put(tool, source);
      var libraries = Programs.run(List.of("ldd", source.toString())).output();
      LIBRARY
          .matcher(libraries)
          .results()
          .map(found -> Path.of(found.group(1)))
          .forEach(library -> sourceByName.put(library.getFileName().toString(), library));
      LOADER_LINE
          .matcher(libraries)
          .results()
          .forEach(found -> sourceByName.put(LOADER, Path.of(found.group(1))));
    }
    var text = new StringBuilder();
    for (var source : sourceByName.values()) {
      var real = source.toRealPath();
      text.append(real).append(Files.size(real)).append(Files.getLastModifiedTime(real));
    }
    var digest = RegistryClient.digest(text.toString().getBytes(StandardCharsets.UTF_8));
    var box = directory.resolve(digest.substring("sha256:".length(), "sha256:".length() + 16));
    if (!Files.exists(box)) {
      fill(directory, box, sourceByName);
    }
    return new Toolbox(box, sourceByName.containsKey(LOADER));
  }

  private static Path find(String tool) throws IOException {
    return PLACES.stream()
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException("containers of images need the program " + tool));
  }

  private static void fill(Path directory, Path box, TreeMap<String, Path> sourceByName)
      throws IOException {
    Files.createDirectories(directory);
    var unfinished = Files.createTempDirectory(directory, "new-");
    for (var source : sourceByName.entrySet()) {
      var copy = unfinished.resolve(source.getKey());
      Files.copy(source.getValue().toRealPath(), copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(unfinished, box, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The words that run a program of the box inside of a container. */
  List<String> words(String tool) {
    var words = new ArrayList<String>();
    if (hasLoader) {
      words.addAll(List.of(INSIDE + "/" + LOADER, "--library-path", INSIDE));
    }
    words.add(INSIDE + "/" + tool);
    return words;
  }
}
