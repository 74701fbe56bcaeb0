package dev.nauarch.store.etcd;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import io.grpc.Status;
import java.util.Locale;

/** Says what etcd's errors mean in the words of the store. */
final class EtcdErrors {

  private EtcdErrors() {}

  /** The failure of a request. */
  static StoreException of(String request, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    return new StoreException(
        reason(status), request + " failed at etcd: " + status.getDescription(), failure);
  }

  private static Reason reason(Status status) {
    String said = String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
    return switch (status.getCode()) {
      case OUT_OF_RANGE -> said.contains("compacted") ? Reason.COMPACTED : Reason.FUTURE_REVISION;
      case RESOURCE_EXHAUSTED ->
          said.contains("space exceeded") ? Reason.NO_SPACE : tooLargeOr(said);
      case INVALID_ARGUMENT -> tooLargeOr(said);
      default -> Reason.UNAVAILABLE;
    };
  }

  private static Reason tooLargeOr(String said) {
    boolean isTooLarge = said.contains("too large") || said.contains("larger than max");
    return isTooLarge ? Reason.TOO_LARGE : Reason.UNAVAILABLE;
  }
}
