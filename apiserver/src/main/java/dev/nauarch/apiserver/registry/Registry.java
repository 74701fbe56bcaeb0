package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.schema.ObjectForm;
import dev.nauarch.apiserver.watch.WatchChannel;
import dev.nauarch.apiserver.watch.WatchRequest;
import dev.nauarch.apiserver.watch.WatchStart;
import dev.nauarch.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The verbs of the API over the store, for every kind. All methods may be called from any thread
 * and block until the answer is known; an answer that is not success is an {@link ApiException}.
 */
public final class Registry {

  private static final Set<String> OWN_RULES =
      Set.of("rbac.authorization.k8s.io", "admissionregistration.k8s.io");

  /** A write that is done is not undone for a cache that lags. */
  private static final Duration RULES_WAIT_MAX = Duration.ofSeconds(1);

  private final Parts parts;
  private final Reads reads;
  private final Creation creation;
  private final Replacement replacement;
  private final Deletion deletion;
  private final List<FoundOut> foundOut;

  /**
   * A registry of these parts.
   *
   * @param others what is not stored, beside the components
   */
  public Registry(Parts parts, List<FoundOut> others) {
    this.parts = parts;
    this.reads = new Reads(parts);
    this.creation = new Creation(parts);
    this.replacement = new Replacement(parts);
    this.deletion = new Deletion(parts);
    this.foundOut = new ArrayList<>(others);
    this.foundOut.add(new Components(parts.store()));
  }

  /** What it is made of. */
  public Parts parts() {
    return parts;
  }

  /** The object as the last acknowledged write left it. */
  public StoredObject get(Target target) {
    return find(target).orElseThrow(target::notFound);
  }

  /** The object as the last acknowledged write left it, where there is one. */
  public Optional<StoredObject> find(Target target) {
    var finder = finder(target.kind());
    if (finder.isEmpty()) {
      return answered(() -> reads.get(target));
    }
    return finder.get().find(target.kind(), target.namespace(), target.name());
  }

  /** The object as it was at a resourceVersion or later. */
  public StoredObject get(Target target, String resourceVersion) {
    return finder(target.kind()).isPresent()
        ? get(target)
        : answered(() -> reads.get(target, resourceVersion).orElseThrow(target::notFound));
  }

  /** The object as the cache has it, which may be a moment old. */
  public Optional<StoredObject> cached(Target target) {
    return reads.cached(target);
  }

  /** Lists objects. */
  public ListPage list(Kind kind, ListQuery query) {
    var finder = finder(kind);
    if (finder.isEmpty()) {
      return answered(() -> reads.list(kind, query));
    }
    var objects =
        finder.get().all(kind, query.selection().namespace()).stream()
            .filter(object -> query.selection().isInScope(object))
            .filter(object -> query.selection().selects(object))
            .toList();
    return new ListPage(objects, 0, "", 0);
  }

  private Optional<FoundOut> finder(Kind kind) {
    return foundOut.stream().filter(each -> each.isKind(kind)).findFirst();
  }

  /** Opens a watch; whoever opens it must close it. */
  public WatchChannel watch(Kind kind, WatchRequest selection, WatchStart start) {
    return answered(() -> reads.watch(kind, selection, start));
  }

  /** Waits until lists and watches show everything that has been acknowledged. */
  public void awaitLatest() {
    answered(
        () -> {
          reads.awaitLatest();
          return true;
        });
  }

  /**
   * Waits until lists and watches show everything up to a resourceVersion.
   *
   * @return the revision
   */
  public long await(String resourceVersion) {
    return answered(
        () -> {
          var revision = Reads.parse(resourceVersion);
          reads.awaitRevision(revision);
          return revision;
        });
  }

  /** Creates an object; the body becomes the registry's own. */
  public StoredObject create(Target target, ObjectNode body, WriteOptions options) {
    return written(target, () -> creation.create(target, body, options));
  }

  /**
   * Replaces an object by another, or creates it where its kind allows that.
   *
   * @return the object, and whether it is new
   */
  public Written update(Target target, ObjectNode body, WriteOptions options) {
    var strategy = parts.strategies().of(target.kind());
    var isObject = target.subresource().isEmpty();
    var isConditional = ObjectForm.isCustom(target.kind()) || !strategy.allowsUnconditionalUpdate();
    var terms = new Replacement.Terms(false, isObject && isConditional, parts.admission());
    return written(
        target,
        () -> {
          try {
            return new Written(
                replacement.replace(target, current -> body.deepCopy(), terms, options), false);
          } catch (ApiException e) {
            if (e.reason() != ApiException.Reason.NOT_FOUND
                || !isObject
                || !strategy.allowsCreateOnUpdate()) {
              throw e;
            }
            return new Written(creation.create(target, body.deepCopy(), options), true);
          }
        });
  }

  /** Changes an object by a patch. */
  public StoredObject patch(Target target, Transformation change, WriteOptions options) {
    return patch(target, change, options, parts.admission());
  }

  /** Changes an object by a patch that another admission judges than that of all writes. */
  public StoredObject patch(
      Target target, Transformation change, WriteOptions options, Admission admission) {
    var terms = new Replacement.Terms(true, false, admission);
    return written(target, () -> replacement.replace(target, change, terms, options));
  }

  /**
   * Changes an object in a way that is the server's own: it is not defaulted, judged, or counted
   * among the fields of whoever asked for it.
   */
  public StoredObject rewrite(Target target, Transformation change, WriteOptions options) {
    return written(target, () -> replacement.rewrite(target, change, options));
  }

  /**
   * Applies a configuration on the server's side; creates the object where there is none.
   *
   * @param applied what the client wants the object to have
   */
  public Written apply(Target target, ObjectNode applied, WriteOptions options) {
    var terms = new Replacement.Terms(true, false, parts.admission());
    var ownership = parts.ownership();
    Transformation merge =
        current ->
            ownership.apply(
                target.kind(),
                current,
                applied.deepCopy(),
                Replacement.writer(target, options, parts.clock().instant()));
    return written(
        target,
        () -> {
          while (true) {
            try {
              return new Written(replacement.replace(target, merge, terms, options), false);
            } catch (ApiException e) {
              if (e.reason() != ApiException.Reason.NOT_FOUND || !target.subresource().isEmpty()) {
                throw e;
              }
            }
            try {
              return new Written(applyNew(target, applied, options), true);
            } catch (ApiException e) {
              if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
                throw e;
              }
            }
          }
        });
  }

  private StoredObject applyNew(Target target, ObjectNode applied, WriteOptions options) {
    if (!Json.text(applied, "metadata", "uid").isEmpty()) {
      throw target.conflict(
          "uid mismatch: the provided object specified uid "
              + Json.text(applied, "metadata", "uid")
              + ", and no existing object was found");
    }
    var writer = Replacement.writer(target, options, parts.clock().instant());
    var object = parts.ownership().apply(target.kind(), Json.object(), applied.deepCopy(), writer);
    return creation.create(target, object, options);
  }

  /** Deletes an object, or marks it. */
  public Deleted delete(Target target, DeleteRequest request, WriteOptions options) {
    return delete(target, request, options, parts.admission());
  }

  /** Deletes an object; another admission judges that than that of all deletions. */
  public Deleted delete(
      Target target, DeleteRequest request, WriteOptions options, Admission admission) {
    return written(target, () -> deletion.delete(target, request, options, admission));
  }

  /**
   * Has what was posted, and will not be stored under its name, judged as a creation is.
   *
   * @param body what was posted, which may be changed in place
   */
  public void admit(Target target, ObjectNode body, WriteOptions options) {
    var request =
        new AdmissionRequest(
            AdmissionRequest.Operation.CREATE,
            target.kind(),
            target.subresource(),
            target.admission(),
            Optional.of(body),
            Optional.empty(),
            options.context());
    parts.admission().mutate(request);
    parts.admission().validate(request);
  }

  /**
   * Deletes every object of a selection.
   *
   * @return the objects as they were last
   */
  public List<StoredObject> deleteAll(
      Kind kind, ListQuery query, DeleteRequest request, WriteOptions options) {
    var shared = options.sharedWarnings();
    return CollectionDeletion.of(
        list(kind, query).objects(),
        object ->
            delete(Target.of(kind, object.namespace(), object.name()), request, shared).object());
  }

  /** What this server itself goes by holds for whoever has written it from the next request on. */
  private <T> T written(Target target, Supplier<T> verb) {
    return answered(
        () -> {
          var result = verb.get();
          if (OWN_RULES.contains(target.kind().group())) {
            parts.cache().await(parts.store().revision(), RULES_WAIT_MAX);
          }
          return result;
        });
  }

  private static <T> T answered(Supplier<T> verb) {
    try {
      return verb.get();
    } catch (StoreException e) {
      throw StoreAnswers.of(e);
    }
  }
}
