package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.history.HistoryLimits;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The process that the kill test kills: writers that go through a known sequence of operations, and
 * say on standard output which of them were acknowledged.
 */
final class KilledWriter {
  static final int WRITERS = 16;
  private static final int SLOTS = 40;

  static final EmbeddedStoreOptions OPTIONS =
      new EmbeddedStoreOptions(
          new HistoryLimits(1_000, 4 << 20), Duration.ofSeconds(1), 256, 2 << 20);

  private KilledWriter() {}

  /** One operation of a writer. Every seventh deletes what the slot holds. */
  record Operation(String round, int writer, int number) {

    String key() {
      return "/registry/%s/writer-%02d/slot-%02d".formatted(round, writer, number % SLOTS);
    }

    boolean isDelete() {
      return number % 7 == 0;
    }

    /** Whether it changes anything; the first lap's deletes find their slots empty. */
    boolean isChange() {
      return !isDelete() || number > SLOTS;
    }

    /** Known from the operation alone, so that any half-written value is noticed. */
    byte[] value() {
      var chance = new Random(number * 31L + writer);
      var filler = new byte[chance.nextInt(4_000)];
      chance.nextBytes(filler);
      byte[] text = (number + " by " + writer + "\n").getBytes(StandardCharsets.UTF_8);
      byte[] value = Arrays.copyOf(text, text.length + filler.length);
      System.arraycopy(filler, 0, value, text.length, filler.length);
      return value;
    }

    Mutation mutation() {
      return isDelete()
          ? new Mutation.Delete(key(), new Precondition.None())
          : new Mutation.Put(key(), value(), new Precondition.None());
    }
  }

  /**
   * Writes until it is killed, or until each writer has done so many operations.
   *
   * @param args directory, name of the round, operations of each writer, number of writers
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int operations = Integer.parseInt(args[2]);
    int writers = Integer.parseInt(args[3]);
    // Not System.out, whose locks and buffers would order the acknowledgements.
    try (Store store = EmbeddedStore.open(Path.of(args[0]), OPTIONS);
        var acknowledgements = new FileOutputStream(FileDescriptor.out)) {
      List<Thread> running = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int id = writer;
        running.add(
            Thread.ofVirtual()
                .start(() -> write(store, args[1], id, operations, acknowledgements)));
      }
      for (Thread thread : running) {
        thread.join();
      }
    }
  }

  private static void write(
      Store store, String round, int writer, int operations, FileOutputStream acknowledgements) {
    try {
      for (int number = 1; number <= operations; number++) {
        Outcome _ = store.write(new Operation(round, writer, number).mutation());
        acknowledgements.write(
            "ack %s %d %d\n".formatted(round, writer, number).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException("nobody reads the acknowledgements", e);
    }
  }
}
