package dev.nauarch.store.etcd;

import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc.WatchBlockingV2Stub;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All changes of an etcd cluster after a revision. One thread reads them; a broken connection is
 * made anew where it stopped.
 */
final class EtcdChanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdChanges.class);
  private static final long READ_MILLIS = 1_000;
  private static final Duration RECONNECT_DELAY = Duration.ofMillis(200);

  private final WatchBlockingV2Stub stub;
  private long revision;
  private @Nullable BlockingClientCall<WatchRequest, WatchResponse> call;

  EtcdChanges(WatchBlockingV2Stub stub, long after) {
    this.stub = stub;
    this.revision = after;
  }

  /** The revision up to which everything was read. */
  long revision() {
    return revision;
  }

  /**
   * The next changes; none where none came for a while.
   *
   * @throws StoreException {@code COMPACTED} where etcd does not have them any more
   */
  List<StoreEvent> next() throws InterruptedException {
    try {
      if (call == null) {
        call = begun();
      }
      WatchResponse response = call.read(READ_MILLIS, TimeUnit.MILLISECONDS);
      if (response == null) {
        return again("it ended");
      }
      return events(response);
    } catch (TimeoutException quiet) {
      return List.of();
    } catch (StatusException broken) {
      return again(broken.getStatus().toString());
    }
  }

  @Override
  public void close() {
    if (call != null) {
      call.cancel("the changes are not needed any more", null);
      call = null;
    }
  }

  private BlockingClientCall<WatchRequest, WatchResponse> begun()
      throws InterruptedException, StatusException {
    BlockingClientCall<WatchRequest, WatchResponse> fresh = stub.watch();
    boolean isSent =
        fresh.write(
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder()
                        .setKey(EtcdCodec.ZERO)
                        .setRangeEnd(EtcdCodec.ZERO)
                        .setStartRevision(revision + 1)
                        .setPrevKv(true))
                .build());
    LOG.debug("Reading etcd's changes after revision {}: {}", revision, isSent);
    return fresh;
  }

  private List<StoreEvent> again(String why) throws InterruptedException {
    LOG.warn("The changes of etcd stopped at revision {}, reading on: {}", revision, why);
    close();
    Thread.sleep(RECONNECT_DELAY);
    return List.of();
  }

  private List<StoreEvent> events(WatchResponse response) throws InterruptedException {
    if (response.getCanceled()) {
      if (response.getCompactRevision() > 0) {
        throw compacted();
      }
      return again(response.getCancelReason());
    }
    var events = new ArrayList<StoreEvent>();
    for (Event event : response.getEventsList()) {
      StoreEvent change = EtcdCodec.event(event).orElseThrow(this::compacted);
      if (change.revision() > revision + 1) {
        // Every revision changes something: the one between is gone.
        throw compacted();
      }
      revision = change.revision();
      events.add(change);
    }
    return events;
  }

  private StoreException compacted() {
    return new StoreException(
        Reason.COMPACTED, "etcd has compacted the changes after revision " + revision);
  }
}
