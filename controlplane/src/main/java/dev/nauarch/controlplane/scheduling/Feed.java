package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns informers into events, and says once when all of them have told everything there is.
 *
 * @param <E> the core's events
 */
final class Feed<E> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** Selects nothing that can exist: no object has this name. */
  private static final Selection NONE = new Selection("", "", "metadata.name=-");

  private final ClusterClient client;
  private final Consumer<E> inbox;
  private final List<Runnable> starts = new ArrayList<>();
  private final List<Supplier<List<E>>> lists = new ArrayList<>();
  private final List<Informer<?>> informers = new ArrayList<>();
  private final AtomicInteger remaining = new AtomicInteger();
  private volatile Runnable whenSynced = () -> {};

  Feed(ClusterClient client, Consumer<E> inbox) {
    this.client = client;
    this.inbox = inbox;
  }

  /** Follows a kind. */
  <T extends HasMetadata> Feed<E> follow(
      Resource<T> resource, Function<T, E> seen, Function<T, E> gone) {
    return followAll(resource, one(seen), one(gone));
  }

  /** Follows a kind unless the API server does not know it, as older ones may. */
  <T extends HasMetadata> Feed<E> followIfServed(
      Resource<T> resource, Function<T, E> seen, Function<T, E> gone) {
    return followAllIfServed(resource, one(seen), one(gone));
  }

  private static <T, E> Function<T, List<E>> one(Function<T, E> event) {
    return object -> List.of(event.apply(object));
  }

  /** Follows a kind of which there are several things to tell, in their order. */
  <T extends HasMetadata> Feed<E> followAllIfServed(
      Resource<T> resource, Function<T, List<E>> seen, Function<T, List<E>> gone) {
    try {
      client.list(resource, NONE);
    } catch (ApiException e) {
      if (e.reason() == ApiException.Reason.NOT_FOUND) {
        LOG.warn("{} is not served here and plays no part", resource.path(""));
        return this;
      }
    }
    return followAll(resource, seen, gone);
  }

  private <T extends HasMetadata> Feed<E> followAll(
      Resource<T> resource, Function<T, List<E>> seen, Function<T, List<E>> gone) {
    starts.add(() -> informers.add(start(resource, seen, gone)));
    lists.add(
        () ->
            client.list(resource, Selection.ALL).items().stream()
                .map(seen)
                .flatMap(List::stream)
                .toList());
    return this;
  }

  /** Starts to follow; the event comes after everything that exists has been told. */
  void start(E synced) {
    remaining.set(starts.size());
    whenSynced = () -> inbox.accept(synced);
    starts.forEach(Runnable::run);
  }

  /** What there is now, without following it. */
  List<E> present() {
    return lists.stream().map(Supplier::get).flatMap(List::stream).toList();
  }

  private <T extends HasMetadata> Informer<T> start(
      Resource<T> resource, Function<T, List<E>> seen, Function<T, List<E>> gone) {
    return Informer.start(
        client,
        resource.outline(),
        Selection.ALL,
        new InformerListener<>() {
          @Override
          public void onUpsert(T object) {
            seen.apply(object).forEach(inbox);
          }

          @Override
          public void onDelete(T object) {
            gone.apply(object).forEach(inbox);
          }

          @Override
          public void onSynced() {
            if (remaining.decrementAndGet() == 0) {
              whenSynced.run();
            }
          }
        });
  }

  @Override
  public void close() {
    informers.forEach(Informer::close);
  }
}
