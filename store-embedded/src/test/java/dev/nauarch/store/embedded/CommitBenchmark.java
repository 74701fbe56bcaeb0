package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures durable creates of 3 KB, gets, and a restart; prints one JSON line for each. */
final class CommitBenchmark {
  private static final int VALUE_BYTES = 3_072;

  private CommitBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param args directory (must not exist), writers, writes of each measured run, runs
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int writers = Integer.parseInt(args[1]);
    int writes = Integer.parseInt(args[2]);
    if (Files.exists(directory)) {
      throw new IllegalArgumentException(directory + " exists");
    }
    try (Store store = EmbeddedStore.open(directory, EmbeddedStoreOptions.DEFAULT)) {
      for (int run = 0; run < Integer.parseInt(args[3]); run++) {
        String prefix = "/registry/core/pods/run-" + run + "/pod-";
        measure("create", writers, writes, number -> create(store, prefix + number));
        measure("get", writers, writes * 10, number -> get(store, prefix + number % writes));
      }
    }
    long start = System.nanoTime();
    try (Store store = EmbeddedStore.open(directory, EmbeddedStoreOptions.DEFAULT)) {
      System.out.printf(
          "{\"what\":\"open\",\"revision\":%d,\"millis\":%d}%n",
          store.revision(), (System.nanoTime() - start) / 1_000_000);
    }
  }

  private interface Operation {
    void run(int number);
  }

  private static void create(Store store, String key) {
    var mutation = new Mutation.Put(key, new byte[VALUE_BYTES], new Precondition.Absent());
    if (!(store.write(mutation) instanceof Outcome.Committed)) {
      throw new IllegalStateException(key + " was not created");
    }
  }

  private static void get(Store store, String key) {
    if (store.get(key).orElseThrow().value().length != VALUE_BYTES) {
      throw new IllegalStateException(key + " is not what was written");
    }
  }

  private static void measure(String what, int threads, int operations, Operation operation)
      throws InterruptedException {
    var next = new AtomicInteger();
    var nanos = new long[operations];
    long cpuBefore = cpuNanos();
    long start = System.nanoTime();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    int number = next.getAndIncrement();
                    while (number < operations) {
                      long begun = System.nanoTime();
                      operation.run(number);
                      nanos[number] = System.nanoTime() - begun;
                      number = next.getAndIncrement();
                    }
                  }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    long elapsed = System.nanoTime() - start;
    long cpu = cpuNanos() - cpuBefore;
    Arrays.sort(nanos);
    System.out.printf(
        "{\"what\":\"%s\",\"threads\":%d,\"perSecond\":%d,\"medianMicros\":%d,\"p99Micros\":%d,"
            + "\"cpuMicrosEach\":%.1f}%n",
        what,
        threads,
        operations * 1_000_000_000L / elapsed,
        nanos[operations / 2] / 1_000,
        nanos[(int) (operations * 0.99)] / 1_000,
        cpu / 1_000.0 / operations);
  }

  private static long cpuNanos() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean process
        ? process.getProcessCpuTime()
        : 0;
  }
}
