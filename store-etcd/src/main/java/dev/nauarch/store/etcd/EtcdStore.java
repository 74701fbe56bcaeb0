package dev.nauarch.store.etcd;

import com.google.protobuf.ByteString;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Page;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.history.KeyOrder;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KVGrpc.KVBlockingStub;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The store over an etcd cluster of version 3.4 or later. Consensus is etcd's; several processes
 * may use one cluster.
 *
 * <p>Any thread may call. Reads are linearizable.
 */
public final class EtcdStore implements Store {
  private static final int PAGE_ENTRIES = 500;

  private final EtcdOptions options;
  private final ManagedChannel channel;
  private final TailReader tail;
  private volatile boolean isClosed;

  private EtcdStore(EtcdOptions options, ManagedChannel channel) {
    this.options = options;
    this.channel = channel;
    this.tail = new TailReader(WatchGrpc.newBlockingV2Stub(channel), this::revision, options);
  }

  /**
   * Connects to a cluster.
   *
   * @throws StoreException {@code UNAVAILABLE} where no member answers
   * @throws IOException where a key or certificate can't be read
   */
  public static EtcdStore open(EtcdOptions options) throws IOException {
    ManagedChannel channel = EtcdChannel.open(options);
    try {
      var store = new EtcdStore(options, channel);
      store.tail.start();
      return store;
    } catch (StoreException e) {
      channel.shutdownNow();
      throw e;
    }
  }

  @Override
  public Outcome write(Mutation mutation) {
    if (mutation instanceof Mutation.Put put && put.value().length > VALUE_BYTES_MAX) {
      throw new StoreException(
          Reason.TOO_LARGE,
          put.key() + " has " + put.value().length + " bytes, the most is " + VALUE_BYTES_MAX);
    }
    if (mutation instanceof Mutation.Delete(var key, Precondition.Absent())) {
      return new Outcome.Conflict(get(key));
    }
    TxnResponse response =
        call("the write of " + mutation.key(), () -> stub().txn(EtcdWrite.transaction(mutation)));
    return EtcdWrite.outcome(response);
  }

  @Override
  public Optional<Entry> get(String key) {
    var request = RangeRequest.newBuilder().setKey(EtcdCodec.key(key)).build();
    RangeResponse response = call("the read of " + key, () -> stub().range(request));
    return response.getKvsList().stream().findFirst().map(EtcdCodec::entry);
  }

  @Override
  public Page range(String prefix, String fromKey, int limit, long revision) {
    String start = KeyOrder.compare(fromKey, prefix) > 0 ? fromKey : prefix;
    ByteString next = start.isEmpty() ? EtcdCodec.ZERO : EtcdCodec.key(start);
    long asOf = revision;
    List<Entry> entries = new ArrayList<>();
    long remaining = 1;
    // A range without a limit is read in pages too: one huge answer would hold up all others.
    while (remaining > 0 && (limit == 0 || entries.size() < limit)) {
      int wanted = limit == 0 ? PAGE_ENTRIES : Math.min(PAGE_ENTRIES, limit - entries.size());
      var request =
          RangeRequest.newBuilder()
              .setKey(next)
              .setRangeEnd(EtcdCodec.endOf(prefix))
              .setLimit(wanted)
              .setRevision(asOf)
              .build();
      RangeResponse response = call("the range " + prefix, () -> stub().range(request));
      response.getKvsList().forEach(found -> entries.add(EtcdCodec.entry(found)));
      asOf = asOf == 0 ? response.getHeader().getRevision() : asOf;
      remaining = response.getCount() - response.getKvsCount();
      next =
          response.getKvsCount() == 0
              ? next
              : response.getKvs(response.getKvsCount() - 1).getKey().concat(EtcdCodec.ZERO);
    }
    return new Page(entries, asOf, remaining);
  }

  @Override
  public long revision() {
    return readableRevision(0);
  }

  @Override
  public Subscription watch(String prefix, long afterRevision, Watcher watcher) {
    long now = readableRevision(afterRevision);
    return tail.watch(prefix, afterRevision == 0 ? now : afterRevision, watcher);
  }

  @Override
  public void compact(long revision) {
    // etcd can't tell what was there before a change once that is compacted.
    tail.awaitRevision(Math.min(revision, revision()));
    var request = CompactionRequest.newBuilder().setRevision(revision).build();
    try {
      var _ = call("the compaction at " + revision, () -> stub().compact(request));
    } catch (StoreException refused) {
      if (refused.reason() != Reason.COMPACTED) {
        throw refused;
      }
    }
  }

  @Override
  public long compactedRevision() {
    try {
      long _ = readableRevision(1);
      return 0;
    } catch (StoreException refused) {
      if (refused.reason() != Reason.COMPACTED) {
        throw refused;
      }
    }
    // Only a watch that comes too late is told the number.
    return call("the last compaction", this::refusedWatch).getCompactRevision();
  }

  @Override
  public void close() {
    isClosed = true;
    tail.close();
    channel.shutdownNow();
  }

  private WatchResponse refusedWatch() {
    var call = WatchGrpc.newBlockingV2Stub(channel).watch();
    var request = WatchCreateRequest.newBuilder().setKey(EtcdCodec.ZERO).setStartRevision(1);
    try {
      boolean isOpen = call.write(WatchRequest.newBuilder().setCreateRequest(request).build());
      WatchResponse response = WatchResponse.getDefaultInstance();
      while (isOpen && response != null && !response.getCanceled()) {
        response = call.read(options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
      }
      if (response == null) {
        throw new StoreException(Reason.UNAVAILABLE, "etcd ended the watch");
      }
      return response;
    } catch (StatusException | TimeoutException e) {
      throw EtcdErrors.of("the last compaction", e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreException(Reason.UNAVAILABLE, "interrupted while etcd was asked", interrupted);
    } finally {
      call.cancel("answered", null);
    }
  }

  /** The current revision; refuses one asked for that can't be read. */
  private long readableRevision(long asked) {
    var request =
        RangeRequest.newBuilder().setKey(EtcdCodec.ZERO).setRevision(asked).setLimit(1).build();
    return call("the revision " + asked, () -> stub().range(request)).getHeader().getRevision();
  }

  private KVBlockingStub stub() {
    return KVGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private <T> T call(String what, Supplier<T> request) {
    if (isClosed) {
      throw new StoreException(Reason.UNAVAILABLE, "the store is closed");
    }
    try {
      return request.get();
    } catch (StatusRuntimeException failure) {
      throw EtcdErrors.of(what, failure);
    }
  }
}
