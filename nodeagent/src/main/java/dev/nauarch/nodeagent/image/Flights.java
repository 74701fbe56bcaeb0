package dev.nauarch.nodeagent.image;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Work that several may want at once and that is done once; all of them get what came of it. */
final class Flights<K, V> {
  private final Map<K, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();

  /** What is to be done. */
  interface Work<V> {
    V run() throws IOException, InterruptedException;
  }

  /** Does it, or waits for who does. */
  V join(K key, Work<V> work) throws IOException, InterruptedException {
    while (true) {
      var own = new CompletableFuture<V>();
      var other = underWay.putIfAbsent(key, own);
      if (other == null) {
        return lead(key, own, work);
      }
      try {
        return other.get();
      } catch (ExecutionException e) {
        // Whoever led was told to stop, which says nothing about us.
        if (!(e.getCause() instanceof InterruptedException)) {
          throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
      }
    }
  }

  private V lead(K key, CompletableFuture<V> own, Work<V> work)
      throws IOException, InterruptedException {
    try {
      var value = work.run();
      own.complete(value);
      return value;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(key, own);
    }
  }
}
