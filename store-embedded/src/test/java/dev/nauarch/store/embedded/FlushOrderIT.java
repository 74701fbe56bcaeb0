package dev.nauarch.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.embedded.KilledWriter.Operation;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces the system calls of a writing process: no acknowledgement leaves before the flush of what
 * it acknowledges has ended. A kill can't show that, since the page cache outlives the process.
 */
class FlushOrderIT {
  private static final int OPERATIONS = 60;
  private static final int WRITERS = 4;
  private static final Pattern CALL =
      Pattern.compile("^(\\d+) +(?:<\\.\\.\\. )?(\\w+)(?:\\(| resumed)");
  private static final Pattern ACK = Pattern.compile("\"ack (\\S+) (\\d+) (\\d+)\\\\n\"");

  /** A flush by its place in the trace; the end is 0 while it runs. */
  private record Flush(int begin, int end) {}

  @TempDir private Path path;

  private final List<String> writes = new ArrayList<>();
  private final List<Integer> writePlaces = new ArrayList<>();
  private final List<Flush> flushes = new ArrayList<>();
  private final Map<Operation, Integer> acknowledged = new LinkedHashMap<>();
  private int place;

  @Test
  void noAcknowledgementLeavesBeforeItsFlush() throws Exception {
    for (String line : trace()) {
      read(line);
    }
    assertEquals(OPERATIONS * WRITERS, acknowledged.size());
    acknowledged.forEach(this::requireFlushedBefore);
  }

  private List<String> trace() throws Exception {
    Path trace = path.resolve("trace.txt");
    Path errors = path.resolve("errors.txt");
    var strace =
        List.of(
            "strace",
            "-f",
            "-y",
            "-s",
            "1000000",
            "-o",
            trace.toString(),
            "-e",
            "trace=pwrite64,write,fdatasync,fsync");
    Process process =
        ChildProcess.start(
            strace,
            errors,
            path.resolve("store").toString(),
            "traced",
            String.valueOf(OPERATIONS),
            String.valueOf(WRITERS));
    try (BufferedReader output = process.inputReader()) {
      long lines = output.lines().count();
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      assertEquals(OPERATIONS * WRITERS, lines, Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(trace);
  }

  private void read(String line) {
    place++;
    Matcher call = CALL.matcher(line);
    if (!call.find()) {
      return;
    }
    boolean isLog = line.contains("/log-");
    switch (call.group(2)) {
      case "pwrite64" -> {
        if (isLog) {
          writes.add(line);
          writePlaces.add(place);
        }
      }
      case "fdatasync" -> readFlush(line, isLog);
      case "write" -> {
        Matcher ack = ACK.matcher(line);
        if (ack.find()) {
          var operation =
              new Operation(
                  ack.group(1), Integer.parseInt(ack.group(2)), Integer.parseInt(ack.group(3)));
          acknowledged.put(operation, place);
        }
      }
      default -> {}
    }
  }

  private void readFlush(String line, boolean isLog) {
    boolean isEnd = line.endsWith("= 0");
    if (line.contains("resumed>")) {
      Flush begun = flushes.removeLast();
      flushes.add(new Flush(begun.begin(), isEnd ? place : 0));
    } else if (isLog) {
      flushes.add(new Flush(place, isEnd ? place : 0));
    }
  }

  private void requireFlushedBefore(Operation operation, int acknowledgedAt) {
    if (!operation.isChange()) {
      return;
    }
    List<Integer> places =
        IntStream.range(0, writes.size())
            .filter(i -> writes.get(i).contains(operation.key() + valueStart(operation)))
            .mapToObj(writePlaces::get)
            .filter(at -> at < acknowledgedAt)
            .toList();
    // A delete has no value that tells it from the put before it: both must have been written.
    int expected = operation.isDelete() ? 2 : 1;
    assertEquals(
        expected, places.size(), () -> operation + " was acknowledged at " + acknowledgedAt);
    int written = places.getLast();
    assertTrue(
        flushes.stream()
            .anyMatch(f -> f.begin() > written && f.end() > 0 && f.end() < acknowledgedAt),
        () -> operation + " was written at " + written + " and acknowledged at " + acknowledgedAt);
  }

  private static String valueStart(Operation operation) {
    return operation.isDelete() ? "" : operation.number() + " by " + operation.writer() + "\\n";
  }
}
