package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a JVM's objects take, by jcmd. */
final class HeapUse {

  private static final Pattern USED = Pattern.compile(" total .*?, used (\\d+)K");

  private HeapUse() {}

  /** What is still reachable, after a full collection, in units of 1,048,576 bytes. */
  static double reachableMegabytes(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    var kilobytes = 0L;
    var found = USED.matcher(jcmd(pid, "GC.heap_info"));
    while (found.find()) {
      kilobytes += Long.parseLong(found.group(1));
    }
    if (kilobytes == 0) {
      throw new IOException("jcmd does not say how much of the heap is used");
    }
    return Math.round(kilobytes / 102.4) / 10.0;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, Long.toString(pid), command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + command + ": " + output);
    }
    return output;
  }
}
