package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.List;
import java.util.OptionalLong;

/**
 * Something a controller wants done. Commands are carried out in order; the first that fails ends
 * the plan, and the key is tried again later.
 */
public sealed interface Command {

  /** Makes an object. That there is one of that name already counts as a failure. */
  record Create<T extends HasMetadata>(Resource<T> resource, T object) implements Command {}

  /** Replaces an object that is still at the version it carries. */
  record Update<T extends HasMetadata>(Resource<T> resource, T object) implements Command {}

  /** Replaces the status of an object that is still at the version it carries. */
  record UpdateStatus<T extends HasMetadata>(Resource<T> resource, T object) implements Command {}

  /**
   * Replaces the status of an object that is still at the version it carries, and then takes a
   * finalizer off it, unless somebody else came in between.
   */
  record Release<T extends HasMetadata>(Resource<T> resource, T object, String finalizer)
      implements Command {}

  /**
   * Changes single fields by a JSON merge patch. A patch that must not meet another state carries
   * {@code metadata.resourceVersion} or {@code metadata.uid}.
   *
   * @param subresource the subresource to patch; empty for the object
   */
  record MergePatch<T extends HasMetadata>(
      Resource<T> resource, ObjectKey key, String subresource, String body) implements Command {}

  /**
   * Deletes one very object. That it is gone already counts as success.
   *
   * @param uid which object of that name
   * @param propagation {@code Background}, {@code Foreground}, {@code Orphan}; empty for the
   *     default
   * @param graceSeconds how long a pod has to end; empty for its own default
   */
  record Delete<T extends HasMetadata>(
      Resource<T> resource,
      ObjectKey key,
      String uid,
      String propagation,
      OptionalLong graceSeconds)
      implements Command {}

  /**
   * Has an object of any kind that has a scale be of another size.
   *
   * @param resource its kind
   * @param replicas how many pods it is to have
   */
  record Rescale(Resource<?> resource, ObjectKey key, int replicas) implements Command {}

  /**
   * Has one very pod go, if the budgets for disruptions allow it.
   *
   * @param uid which pod of that name
   */
  record Evict(ObjectKey pod, String uid) implements Command {}

  /** Marks a namespace that has been emptied as such, after which it goes. */
  record FinalizeNamespace(HasMetadata namespace) implements Command {}

  /** Goes on only where the cluster itself, not the snapshot, bears out a fact. */
  record Confirm(Fact fact) implements Command {}

  /**
   * Tells the user what happened.
   *
   * @param regarding the object
   * @param type {@code Normal} or {@code Warning}
   * @param reason a word in upper camel case
   * @param note a sentence
   */
  record Event(ObjectReference regarding, String type, String reason, String note)
      implements Command {}

  /** Something that only the cluster itself can vouch for. */
  sealed interface Fact {

    /** There is no object of this uid under this key. */
    record Gone(Resource<?> resource, ObjectKey key, String uid) implements Fact {}

    /** There is no object under this key. */
    record Absent(Resource<?> resource, ObjectKey key) implements Fact {}

    /** A namespace holds no object of any of these kinds. */
    record Empty(String namespace, List<Resource<?>> resources) implements Fact {}
  }
}
