package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.AuditNotes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Deletes many objects, some at a time: the store writes down together what arrives together, and
 * an object alone would wait for the disk. The first failure ends it; what is gone by then is gone.
 */
final class CollectionDeletion {

  private static final int WORKERS = 32;

  private final List<StoredObject> objects;
  private final Function<StoredObject, StoredObject> delete;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final List<Optional<StoredObject>> deleted;

  private CollectionDeletion(
      List<StoredObject> objects, Function<StoredObject, StoredObject> delete) {
    this.objects = objects;
    this.delete = delete;
    this.deleted = new ArrayList<>(Collections.nCopies(objects.size(), Optional.empty()));
  }

  /**
   * Deletes them.
   *
   * @param delete deletes one and gives how it was last; called by several threads
   * @return what there was to delete, in the order of the objects
   * @throws RuntimeException the first failure, but for an object that had gone already
   */
  static List<StoredObject> of(
      List<StoredObject> objects, Function<StoredObject, StoredObject> delete) {
    var deletion = new CollectionDeletion(objects, delete);
    var work = AuditNotes.carried(deletion::work);
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < Math.min(WORKERS, objects.size()); i++) {
        workers.execute(work);
      }
    }
    var failed = deletion.failure.get();
    if (failed != null) {
      throw failed;
    }
    return deletion.deleted.stream().flatMap(Optional::stream).toList();
  }

  private void work() {
    for (var i = next.getAndIncrement();
        i < objects.size() && failure.get() == null;
        i = next.getAndIncrement()) {
      try {
        deleted.set(i, Optional.of(delete.apply(objects.get(i))));
      } catch (RuntimeException e) {
        if (!(e instanceof ApiException refused)
            || refused.reason() != ApiException.Reason.NOT_FOUND) {
          failure.compareAndSet(null, e);
        }
      }
    }
  }
}
