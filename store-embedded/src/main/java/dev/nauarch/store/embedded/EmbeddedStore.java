package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.embedded.PendingRequest.Request;
import dev.nauarch.store.live.LiveHistory;
import dev.nauarch.store.live.LiveStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A durable store in one directory, for one process. Everything is in memory too, so that a read
 * never touches the disk.
 *
 * <p>Callers write from any number of threads; one committer thread makes their writes durable
 * together and answers them. Readers take no lock.
 */
public final class EmbeddedStore extends LiveStore {
  private final StoreDirectory directory;
  private final Committer committer;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private EmbeddedStore(StoreDirectory directory, LiveHistory history, Committer committer) {
    super(history);
    this.directory = directory;
    this.committer = committer;
  }

  /**
   * Opens the store in a directory, or begins one there.
   *
   * @throws StoreException {@code UNAVAILABLE} where another process has it open, {@code CORRUPT}
   *     where flushed writes are damaged or the format is not known
   * @throws IOException where the directory can't be read or written
   */
  public static EmbeddedStore open(Path directory, EmbeddedStoreOptions options)
      throws IOException {
    StoreDirectory locked = StoreDirectory.open(directory);
    try {
      Recovery.Recovered recovered = Recovery.recover(locked, options.history());
      var history = new LiveHistory(recovered.state(), options.progressInterval());
      var committer = new Committer(locked, options, history, recovered);
      committer.start();
      return new EmbeddedStore(locked, history, committer);
    } catch (StoreException | IOException e) {
      locked.close();
      throw e;
    }
  }

  @Override
  public Outcome write(Mutation mutation) {
    var pending = new PendingRequest(new Request.Write(mutation));
    committer.submit(pending);
    Outcome outcome = pending.await();
    if (outcome == null) {
      throw new IllegalStateException("the write of " + mutation.key() + " got no outcome");
    }
    return outcome;
  }

  @Override
  public void compact(long revision) {
    var pending = new PendingRequest(new Request.Compact(revision));
    committer.submit(pending);
    pending.await();
  }

  @Override
  public void close() {
    if (isClosed.getAndSet(true)) {
      return;
    }
    committer.close();
    history().close();
    try {
      directory.close();
    } catch (IOException e) {
      throw new StoreException(
          Reason.UNAVAILABLE, "the store in " + directory.path() + " was not unlocked", e);
    }
  }
}
