package dev.nauarch.store.contract;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Opens the store under test, and says in short what the suites do with it. */
public interface StoreFixture {

  /** Tells the tests apart that share one server. */
  AtomicLong SPACES = new AtomicLong();

  /**
   * Opens a store. It may hold keys of other tests.
   *
   * @param lagEventsMax by about how many events a watcher may fall behind before it is cut off
   */
  Store open(int lagEventsMax) throws Exception;

  /** Opens a store whose watchers may fall far behind. */
  default Store open() throws Exception {
    return open(100_000);
  }

  /** A prefix that no other test uses. */
  default String freshPrefix() {
    return "/registry/test-" + ProcessHandle.current().pid() + "-" + SPACES.incrementAndGet() + "/";
  }

  /** Writes whatever is there, and gives the revision. */
  static long put(Store store, String key, String value) {
    return committed(store.write(new Mutation.Put(key, bytes(value), new Precondition.None())));
  }

  /** Deletes a key that is there, and gives the revision. */
  static long delete(Store store, String key) {
    return committed(store.write(new Mutation.Delete(key, new Precondition.None())));
  }

  /** The revision of a write that must have happened. */
  static long committed(Outcome outcome) {
    return assertInstanceOf(Outcome.Committed.class, outcome).revision();
  }

  static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Entry entry) {
    return new String(entry.value(), StandardCharsets.UTF_8);
  }
}
