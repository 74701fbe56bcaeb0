package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, by proc(5).
 *
 * @param directory its directory below {@code /proc}
 */
record ProcessUse(Path directory) {

  private static final double TICKS_PER_SECOND = 100;

  static ProcessUse of(long pid) {
    return new ProcessUse(Path.of("/proc", Long.toString(pid)));
  }

  /** Seconds of CPU in user and in system mode, fields 14 and 15 of stat. */
  double cpuSeconds() throws IOException {
    var stat = Files.readString(directory.resolve("stat"));
    // The second field is the program's name, which may hold spaces.
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident memory in units of 1,048,576 bytes. */
  double residentMegabytes() throws IOException {
    try (var lines = Files.lines(directory.resolve("status"))) {
      var line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
  }
}
