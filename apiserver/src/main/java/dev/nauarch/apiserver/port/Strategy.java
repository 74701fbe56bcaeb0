package dev.nauarch.apiserver.port;

import dev.nauarch.api.FieldError;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is peculiar to one kind beyond its schema. The methods' defaults are right for most kinds
 * and for all custom resources. The registry itself handles metadata (names, uid, timestamps,
 * generation, finalizers, deletion) and separates {@code status} from the rest where the kind has
 * that subresource.
 */
public interface Strategy {

  /** The strategy of a kind that needs none. */
  Strategy PLAIN = new Strategy() {};

  /** Fills in, drops or changes fields of an object that is to be created, in place. */
  default void prepareForCreate(ObjectNode object, User user) {}

  /**
   * Fills in, drops or changes fields of an object that is to replace another, in place.
   *
   * @param subresource {@code status}, another one, or empty for the object itself
   */
  default void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {}

  /** What is wrong with an object that is to be created, beyond its schema. */
  default List<FieldError> validate(ObjectNode object) {
    return List.of();
  }

  /**
   * What is wrong with an object that is to replace another, beyond its schema. It must itself do
   * what {@link #validate} does where that still applies.
   */
  default List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return validate(object);
  }

  /**
   * What of an object that is about to be stored will surprise its owner, for {@code Warning}
   * headers.
   *
   * @param old the one before; empty (no fields) for a creation
   */
  default List<String> warnings(ObjectNode object, ObjectNode old) {
    return List.of();
  }

  /** Whether a PUT of an object that does not exist creates it. */
  default boolean allowsCreateOnUpdate() {
    return false;
  }

  /** Whether a PUT without a resourceVersion replaces whatever is there. */
  default boolean allowsUnconditionalUpdate() {
    return true;
  }

  /**
   * Changes an object whose deletion begins, in place: a finalizer that it gets is waited for.
   *
   * @param now when it begins
   */
  default void prepareForDelete(ObjectNode object, Instant now) {}

  /**
   * How long an object may take to end after a DELETE, in seconds: 0 removes it at once, more marks
   * it with a deletionTimestamp for whoever ends it (pods).
   *
   * @param requestedSeconds what the request asks for; negative for its kind's default
   */
  default long gracePeriodSeconds(ObjectNode object, long requestedSeconds) {
    return 0;
  }

  /**
   * Whether an object is marked before it goes even where it goes at once, so that watchers see.
   */
  default boolean isMarkedFirst() {
    return false;
  }

  /** Whether a DELETE by default leaves its dependents alone. */
  default boolean orphansByDefault() {
    return false;
  }

  /**
   * Takes what the object needs elsewhere (a cluster IP, a node port) and may write it into the
   * object; called last before a write that is not a dry run.
   *
   * @param object the object that will be stored
   * @param old the one before; empty (no fields) for a creation
   * @throws dev.nauarch.api.ApiException when it can't be had
   */
  default Reservation reserve(ObjectNode object, ObjectNode old) {
    return Reservation.NONE;
  }

  /** Gives back what a deleted object held; called after its removal from the store. */
  default void released(ObjectNode object) {}
}
