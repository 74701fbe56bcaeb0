package dev.nauarch.apiserver.crd;

import dev.nauarch.apiserver.object.Json;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The end of a definition, which waits until no object is left that it defines. */
public final class DefinitionEnd {

  private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
  private static final String TERMINATING = "Terminating";
  private static final String LATE =
      "could not confirm zero CustomResources remaining: context deadline exceeded";

  /** How long objects may take to go before their definition says that they do not. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private DefinitionEnd() {}

  /** Has a definition wait, in place. */
  static void begin(ObjectNode definition, Instant now) {
    var finalizers = definition.withObject("metadata").withArray("finalizers");
    if (finalizers.valueStream().noneMatch(one -> one.asString("").equals(CLEANUP))) {
      finalizers.add(CLEANUP);
    }
    DefinitionStatus.set(
        definition.withObject("status"),
        now,
        TERMINATING,
        true,
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
  }

  /** Whether a definition waits for its objects to go. */
  public static boolean isAwaited(ObjectNode definition) {
    var metadata = Json.child(definition, "metadata");
    return metadata.hasNonNull("deletionTimestamp")
        && metadata
            .path("finalizers")
            .valueStream()
            .anyMatch(one -> one.asString("").equals(CLEANUP));
  }

  /**
   * The definition whose objects are being deleted, or should be gone by now.
   *
   * @param now the time
   */
  public static ObjectNode inProgress(ObjectNode definition, Instant now) {
    var began = Json.text(definition, "metadata", "deletionTimestamp");
    var isLate = !began.isEmpty() && Instant.parse(began).plus(PATIENCE).isBefore(now);
    return isLate
        ? told(definition, now, true, "InstanceDeletionCheck", LATE)
        : told(
            definition,
            now,
            true,
            "InstanceDeletionInProgress",
            "CustomResource deletion is in progress");
  }

  /** The definition whose objects can't be deleted. */
  public static ObjectNode failed(ObjectNode definition, String why, Instant now) {
    return told(definition, now, true, "InstanceDeletionFailed", why);
  }

  /** The definition of which no object is left. */
  public static ObjectNode completed(ObjectNode definition, Instant now) {
    return told(definition, now, false, "InstanceDeletionCompleted", "removed all instances");
  }

  /** The definition whose resource was never served, or is served by somebody else. */
  public static ObjectNode unserved(ObjectNode definition, boolean isOverlapping, Instant now) {
    return isOverlapping
        ? told(
            definition,
            now,
            false,
            "OverlappingBuiltInResource",
            "instances overlap with built-in resources in storage")
        : told(definition, now, false, "NeverEstablished", "resource was never established");
  }

  private static ObjectNode told(
      ObjectNode definition, Instant now, boolean isGoingOn, String reason, String message) {
    var changed = definition.deepCopy();
    DefinitionStatus.set(
        changed.withObject("status"), now, TERMINATING, isGoingOn, reason, message);
    return changed;
  }

  /** The definition that need not wait any more. */
  public static ObjectNode reached(ObjectNode definition) {
    var changed = definition.deepCopy();
    if (changed.path("metadata").path("finalizers") instanceof ArrayNode finalizers) {
      finalizers.removeIf(one -> one.asString("").equals(CLEANUP));
    }
    return changed;
  }
}
