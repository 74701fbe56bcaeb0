package dev.nauarch.apiserver.admission.quota;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.Counting;
import dev.nauarch.api.quota.PodCounting;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one write asks of quotas.
 *
 * @param <T> the model by which its object is counted
 */
final class Demand<T extends HasMetadata> {

  private final AdmissionRequest request;
  private final Counting<T> counting;
  private final T object;
  private final @Nullable T old;
  private final Instant now;

  private Demand(
      AdmissionRequest request, Counting<T> counting, T object, @Nullable T old, Instant now) {
    this.request = request;
    this.counting = counting;
    this.object = object;
    this.old = old;
    this.now = now;
  }

  /** What a write asks for; nothing where no quota counts it. */
  static Optional<Demand<?>> of(AdmissionRequest request, Instant now) {
    boolean mayCount =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    return mayCount
        ? Counting.of(request.kind().group(), request.kind().names().plural())
            .flatMap(counting -> of(request, counting, now))
        : Optional.empty();
  }

  private static <T extends HasMetadata> Optional<Demand<?>> of(
      AdmissionRequest request, Counting<T> counting, Instant now) {
    if (!concerns(request)) {
      return Optional.empty();
    }
    var object = model(counting, request.object().orElseThrow());
    var old = request.oldObject().map(tree -> model(counting, tree)).orElse(null);
    var demand = new Demand<>(request, counting, object, old, now);
    return demand.changesNothing() ? Optional.empty() : Optional.of(demand);
  }

  /** Which writes of which kinds may change what is used. */
  private static boolean concerns(AdmissionRequest request) {
    boolean isCore = request.kind().group().isEmpty();
    var operation = request.operation() + "/" + request.subresource();
    return switch (isCore ? request.kind().kind() : "") {
      case "Pod" -> Set.of("CREATE/", "UPDATE/", "UPDATE/resize").contains(operation);
      case "Service" -> Set.of("CREATE/", "UPDATE/").contains(operation);
      case "PersistentVolumeClaim" ->
          Set.of("CREATE/", "UPDATE/", "UPDATE/status").contains(operation);
      default -> operation.equals("CREATE/");
    };
  }

  /** Of updates of a pod, only one that brings it into another scope counts. */
  private boolean changesNothing() {
    return request.subresource().isEmpty()
        && object instanceof Pod pod
        && old instanceof Pod before
        && PodCounting.isTerminating(pod) == PodCounting.isTerminating(before);
  }

  private static <T extends HasMetadata> T model(Counting<T> counting, ObjectNode tree) {
    // Of what is counted by number, nothing is looked at.
    return counting.type() == PartialObjectMetadata.class
        ? counting.type().cast(new PartialObjectMetadata())
        : ModelCodec.decode(tree, counting.type());
  }

  boolean isDryRun() {
    return request.context().isDryRun();
  }

  /**
   * What a quota's usage will be.
   *
   * @param used what it is now
   * @throws ApiException {@code FORBIDDEN} where that is more than it may be
   */
  Amounts charged(QuotaLedger.Entry quota, Amounts used) {
    var hard = quota.hard();
    var limited = counting.counted(hard.names());
    if (limited.isEmpty() || !counting.isIn(quota.scopes(), object)) {
      return used;
    }
    counting
        .missing(limited, object)
        .ifPresent(
            what -> {
              throw forbidden("failed quota: " + quota.name() + ": " + what);
            });
    if (!used.names().containsAll(limited)) {
      throw forbidden(
          "status unknown for quota: "
              + quota.name()
              + ", resources: "
              + String.join(",", limited));
    }
    var requested = additional(quota).only(hard.names());
    if (requested.names().isEmpty()) {
      return used;
    }
    var sum = used.plus(requested);
    var exceeded = sum.only(requested.names()).exceeding(hard);
    if (!exceeded.isEmpty() && !request.subresource().equals("status")) {
      throw forbidden(
          "exceeded quota: "
              + quota.name()
              + ", requested: "
              + requested.only(exceeded)
              + ", used: "
              + used.only(exceeded)
              + ", limited: "
              + hard.only(exceeded));
    }
    return sum;
  }

  /** What the object takes more than it did, if the quota counted it before. */
  private Amounts additional(QuotaLedger.Entry quota) {
    var usage = counting.usage(object, now);
    var before = old;
    boolean wasCounted = before != null && counting.isIn(quota.scopes(), before);
    return before != null && wasCounted
        ? usage.above(counting.usage(before, now))
        : usage.withoutZeros();
  }

  private ApiException forbidden(String why) {
    return ApiException.forbidden(
        request.kind().group(), request.kind().names().plural(), request.shownName(), why);
  }
}
