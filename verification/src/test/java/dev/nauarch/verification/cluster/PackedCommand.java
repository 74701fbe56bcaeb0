package dev.nauarch.verification.cluster;

import dev.nauarch.launcher.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The packed {@code nau}, run in processes of its own by some user of the machine, from a copy that
 * every user may read and with a home of that user's own.
 */
public final class PackedCommand implements AutoCloseable {
  private static final Path PACKED = Path.of("..", "launcher", "target", "dist", "lib");

  /** Root has directories of programs beside these. */
  private static final String USERS_PATH = "/usr/local/bin:/usr/bin:/bin";

  private final Path directory;
  private final int user;

  private PackedCommand(Path directory, int user) {
    this.directory = directory;
    this.user = user;
  }

  /** The command as a user of this number runs it; 0 is root. */
  public static PackedCommand of(int user) throws IOException {
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
  public Path home() {
    return directory.resolve("home");
  }

  /** Runs {@code nau} with these words. */
  public Program.Ended nau(String... words) throws IOException {
    return nau(List.of(), words);
  }

  /** Runs {@code nau} with these words, started by another program. */
  Program.Ended nau(List<String> wrapper, String... words) throws IOException {
    var command = new ArrayList<>(wrapper);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Dstdout.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            directory.resolve("lib") + "/*",
            Main.class.getName()));
    command.addAll(List.of(words));
    return run(command);
  }

  /** Runs a program as the user. */
  Program.Ended run(List<String> program) throws IOException {
    var command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    command.addAll(program);
    var environment = user == 0 ? Map.<String, String>of() : Map.of("PATH", USERS_PATH);
    return new Program(command, home(), environment).run("", List.of());
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
