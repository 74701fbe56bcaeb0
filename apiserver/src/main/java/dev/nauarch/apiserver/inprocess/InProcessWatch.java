package dev.nauarch.apiserver.inprocess;

import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.watch.WatchChannel;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that calls its listener on a virtual thread of its own.
 *
 * @param <T> the kind's model
 */
final class InProcessWatch<T extends HasMetadata> implements Watch {

  private static final Logger LOG = LoggerFactory.getLogger(InProcessWatch.class);
  private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(60);

  private final WatchChannel channel;
  private final Function<StoredObject, T> decoder;
  private final WatchListener<T> listener;
  private final Consumer<InProcessWatch<?>> onEnd;
  private volatile boolean closed;

  InProcessWatch(
      WatchChannel channel,
      Function<StoredObject, T> decoder,
      WatchListener<T> listener,
      Consumer<InProcessWatch<?>> onEnd) {
    this.channel = channel;
    this.decoder = decoder;
    this.listener = listener;
    this.onEnd = onEnd;
  }

  void start(String name) {
    Thread.ofVirtual().name("watch-" + name).start(this::run);
  }

  @Override
  public void close() {
    closed = true;
    channel.close();
    onEnd.accept(this);
  }

  private void run() {
    try {
      while (!closed) {
        var events = channel.take(BOOKMARK_INTERVAL);
        if (events.isEmpty()) {
          channel.bookmark();
        }
        for (var event : events) {
          if (closed) {
            return;
          }
          deliver(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channel.close();
      onEnd.accept(this);
    }
  }

  private void deliver(WatchEvent event) {
    switch (event) {
      case WatchEvent.Changed(var type, var object) -> deliver(type, object);
      case WatchEvent.Bookmark(var revision, var endsInitialEvents) ->
          listener.onBookmark(Long.toString(revision));
      case WatchEvent.Ended(var reason) -> {
        closed = true;
        listener.onClosed(reason);
      }
    }
  }

  private void deliver(WatchEvent.Type type, StoredObject object) {
    T model;
    try {
      model = decoder.apply(object);
    } catch (IllegalArgumentException e) {
      LOG.error("The stored object {} can't be read as its model", object.key(), e);
      return;
    }
    switch (type) {
      case ADDED -> listener.onAdded(model);
      case MODIFIED -> listener.onModified(model);
      case DELETED -> listener.onDeleted(model);
    }
  }
}
