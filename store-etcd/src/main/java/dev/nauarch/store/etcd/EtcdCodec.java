package dev.nauarch.store.etcd;

import com.google.protobuf.ByteString;
import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreEvent;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import java.util.Optional;

/** Translates between etcd's messages and the store's words. */
final class EtcdCodec {
  /** As a key the first there is; as the end of a range it means no end. */
  static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private EtcdCodec() {}

  static ByteString key(String key) {
    return ByteString.copyFromUtf8(key);
  }

  /** The first key behind all that have a prefix. */
  static ByteString endOf(String prefix) {
    byte[] end = key(prefix).toByteArray();
    int last = end.length - 1;
    // No byte of UTF-8 is 0xff, so that the last one can always be raised.
    if (last < 0) {
      return ZERO;
    }
    end[last]++;
    return ByteString.copyFrom(end);
  }

  static Entry entry(KeyValue found) {
    return new Entry(
        found.getKey().toStringUtf8(),
        found.getValue().toByteArray(),
        found.getCreateRevision(),
        found.getModRevision());
  }

  /** A change; empty where etcd has compacted what was there before. */
  static Optional<StoreEvent> event(Event event) {
    KeyValue now = event.getKv();
    boolean isDelete = event.getType() == Event.EventType.DELETE;
    boolean hadPrevious = isDelete || now.getVersion() > 1;
    if (hadPrevious && !event.hasPrevKv()) {
      return Optional.empty();
    }
    return Optional.of(
        new StoreEvent(
            now.getKey().toStringUtf8(),
            now.getModRevision(),
            isDelete ? Optional.empty() : Optional.of(entry(now)),
            hadPrevious ? Optional.of(entry(event.getPrevKv())) : Optional.empty()));
  }
}
