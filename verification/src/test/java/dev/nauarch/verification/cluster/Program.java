package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program of others, run with an environment that holds nothing of the machine's user. */
public final class Program {
  private static final long LIMIT_SECONDS = 180;
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final List<String> command;
  private final Path home;
  private final Map<String, String> environment;

  /**
   * A program.
   *
   * @param command what starts it, and the arguments that it always gets
   * @param home an empty directory: its home, and where it works
   * @param environment what it finds in its environment, beside PATH, HOME and LANG
   */
  public Program(List<String> command, Path home, Map<String, String> environment) {
    this.command = List.copyOf(command);
    this.home = home;
    this.environment = Map.copyOf(environment);
  }

  /** How a run ended. */
  public record Ended(String command, int code, String out, String err) {
    /** What it wrote, of a run that succeeded and had nothing to complain of. */
    public String clean() {
      assertEquals(
          "exit 0, errors: ", "exit " + code + ", errors: " + err, () -> command + "\n" + out);
      return out;
    }

    /** What it wrote, its complaints last. */
    public String output() {
      return out + err;
    }

    @Override
    public String toString() {
      return command + "\nexit " + code + "\n" + out + err;
    }
  }

  /** Runs it to its end with something to read. */
  public Ended run(String input, List<String> arguments) {
    try {
      var out = Files.createTempFile(home, "out", "");
      var err = Files.createTempFile(home, "err", "");
      var process = builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
      var running = process.start();
      try (var stdin = running.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      var line = String.join(" ", process.command());
      if (!running.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
        var said = Files.readString(out) + Files.readString(err);
        throw new AssertionError(line + "\nran for " + LIMIT_SECONDS + " s\n" + said);
      }
      return new Ended(line, running.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts it and lets it run. */
  public Running start(List<String> arguments) throws IOException {
    var out = Files.createTempFile(home, "out", "");
    var err = Files.createTempFile(home, "err", "");
    var process = builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
    return new Running(process.start(), out, err);
  }

  private ProcessBuilder builder(List<String> arguments) {
    var all = new ArrayList<>(command);
    all.addAll(arguments);
    var builder = new ProcessBuilder(all).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", PATH, "HOME", home.toString(), "LANG", "C.UTF-8"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** A run that goes on; it is ended when closed, and must not have complained until then. */
  public record Running(Process process, Path out, Path err) implements AutoCloseable {

    /** Waits until a line of the output matches, and gives the whole output. */
    public String await(String regex) throws IOException {
      var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      var matching = "(?ms).*" + regex + ".*";
      var seen = Files.readString(out);
      while (!seen.matches(matching)) {
        var problem = Files.readString(err);
        if (System.nanoTime() > deadline || !problem.isEmpty()) {
          throw new AssertionError("no line " + regex + " in:\n" + seen + problem);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        seen = Files.readString(out);
      }
      return seen;
    }

    @Override
    public void close() throws IOException {
      process.destroy();
      assertEquals("", Files.readString(err));
    }
  }
}
