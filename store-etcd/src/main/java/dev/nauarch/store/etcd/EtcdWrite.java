package dev.nauarch.store.etcd;

import com.google.protobuf.ByteString;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.Compare.CompareResult;
import io.etcd.jetcd.api.Compare.CompareTarget;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.List;
import java.util.Optional;

/** A mutation as an etcd transaction of one write, or of one read where it must not happen. */
final class EtcdWrite {

  private EtcdWrite() {}

  static TxnRequest transaction(Mutation mutation) {
    ByteString key = EtcdCodec.key(mutation.key());
    var transaction =
        TxnRequest.newBuilder()
            .addFailure(
                RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)));
    switch (mutation.precondition()) {
      case Precondition.None() -> {}
      case Precondition.Absent() -> transaction.addCompare(exists(key, CompareResult.EQUAL));
      case Precondition.AtRevision(var revision) ->
          // A missing key has revision 0 for etcd, so that it must be said to exist as well.
          transaction
              .addCompare(exists(key, CompareResult.GREATER))
              .addCompare(
                  Compare.newBuilder()
                      .setKey(key)
                      .setTarget(CompareTarget.MOD)
                      .setResult(CompareResult.EQUAL)
                      .setModRevision(revision));
    }
    switch (mutation) {
      case Mutation.Put(var _, var value, var _) ->
          transaction.addSuccess(
              RequestOp.newBuilder()
                  .setRequestPut(
                      PutRequest.newBuilder()
                          .setKey(key)
                          .setValue(ByteString.copyFrom(value))
                          .setPrevKv(true)));
      case Mutation.Delete _ ->
          // To delete what is not there would be no conflict for etcd.
          transaction
              .addCompare(exists(key, CompareResult.GREATER))
              .addSuccess(
                  RequestOp.newBuilder()
                      .setRequestDeleteRange(
                          DeleteRangeRequest.newBuilder().setKey(key).setPrevKv(true)));
    }
    return transaction.build();
  }

  static Outcome outcome(TxnResponse response) {
    ResponseOp answer = response.getResponses(0);
    if (!response.getSucceeded()) {
      return new Outcome.Conflict(first(answer.getResponseRange().getKvsList()));
    }
    Optional<Entry> previous =
        switch (answer.getResponseCase()) {
          case RESPONSE_PUT ->
              answer.getResponsePut().hasPrevKv()
                  ? Optional.of(EtcdCodec.entry(answer.getResponsePut().getPrevKv()))
                  : Optional.empty();
          default -> first(answer.getResponseDeleteRange().getPrevKvsList());
        };
    return new Outcome.Committed(response.getHeader().getRevision(), previous);
  }

  private static Compare exists(ByteString key, CompareResult comparedToZero) {
    return Compare.newBuilder()
        .setKey(key)
        .setTarget(CompareTarget.VERSION)
        .setResult(comparedToZero)
        .setVersion(0)
        .build();
  }

  private static Optional<Entry> first(List<KeyValue> found) {
    return found.stream().findFirst().map(EtcdCodec::entry);
  }
}
