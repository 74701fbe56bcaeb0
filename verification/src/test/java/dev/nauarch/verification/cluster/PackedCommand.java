package dev.nauarch.verification.cluster;

import dev.nauarch.launcher.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The packed {@code nau}, run in processes of its own by some user of the machine, from a copy that
 * every user may read and with a home of that user's own.
 */
final class PackedCommand implements AutoCloseable {
  private static final Path PACKED = Path.of("..", "launcher", "target", "dist", "lib");
  private static final long SECONDS_MAX = 180;

  private final Path directory;
  private final int user;

  /** What became of a command: its exit code, and what it printed, errors too. */
  record Outcome(int code, String output) {}

  private PackedCommand(Path directory, int user) {
    this.directory = directory;
    this.user = user;
  }

  /** The command as a user of this number runs it; 0 is root. */
  static PackedCommand of(int user) throws IOException {
    var directory = Files.createTempDirectory("nau-packed");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var lib = Files.createDirectory(directory.resolve("lib"));
    try (var jars = Files.list(PACKED)) {
      for (var jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    var home = Files.createDirectory(directory.resolve("home"));
    for (var attribute : List.of("unix:uid", "unix:gid")) {
      Files.setAttribute(home, attribute, user);
    }
    return new PackedCommand(directory, user);
  }

  /** The user's home directory. */
  Path home() {
    return directory.resolve("home");
  }

  /** Runs {@code nau} with these words. */
  Outcome nau(String... words) throws IOException, InterruptedException {
    return nau(List.of(), words);
  }

  /** Runs {@code nau} with these words, started by another program. */
  Outcome nau(List<String> wrapper, String... words) throws IOException, InterruptedException {
    var command = new ArrayList<>(wrapper);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Dstdout.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            Main.class.getName()));
    command.addAll(List.of(words));
    return run(command);
  }

  private String classPath() throws IOException {
    try (var jars = Files.list(directory.resolve("lib"))) {
      return jars.map(Path::toString).sorted().collect(Collectors.joining(":"));
    }
  }

  /** Runs a program as the user. */
  Outcome run(List<String> program) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    command.addAll(program);
    var output = Files.createTempFile(directory, "output", "");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .directory(home().toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home().toString());
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
    var process = builder.start();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " took too long: " + Files.readString(output));
    }
    return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  /** The processes of this user that run; one that nobody has waited for yet does not. */
  List<String> processes() throws IOException {
    var found = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : all) {
        try {
          var isOurs = Files.getAttribute(process, "unix:uid").equals(user);
          if (isOurs && !Files.readString(process.resolve("stat")).contains(") Z ")) {
            found.add(Files.readString(process.resolve("cmdline")).replace('\0', ' '));
          }
        } catch (NoSuchFileException e) {
          // It ended while we looked.
        }
      }
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
