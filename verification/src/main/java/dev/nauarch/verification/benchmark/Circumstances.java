package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** When, where and with which code a benchmark ran. */
final class Circumstances {

  private Circumstances() {}

  /** The facts of this moment. */
  static Map<String, Object> of(Path root) throws IOException, InterruptedException {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("commit", git(root, "rev-parse", "--short", "HEAD"));
    facts.put("clean", git(root, "status", "--porcelain", "--untracked-files=no").isEmpty());
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("processor", processor());
    facts.put("jdk", System.getProperty("java.version"));
    facts.put("load_before", loadAverage());
    return facts;
  }

  private static String git(Path root, String... words) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>(java.util.List.of("git", "-C", root.toString()));
    command.addAll(java.util.List.of(words));
    var process = new ProcessBuilder(command).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output.strip() : "unknown";
  }

  private static String processor() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  private static double loadAverage() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
  }
}
