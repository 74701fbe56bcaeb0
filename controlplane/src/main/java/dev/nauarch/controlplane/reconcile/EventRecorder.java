package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events for users, off the controllers' path: one thread takes them from a bounded queue,
 * and drops what does not fit. The same event about the same object is counted, not repeated.
 */
final class EventRecorder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final Resource<Event> EVENTS =
      new Resource<>("", "v1", "events", "Event", true, Event.class);
  private static final int QUEUE_LIMIT = 1_000;
  private static final int REMEMBERED_LIMIT = 4_096;

  private record Told(String controller, Command.Event event) {}

  private final ClusterClient client;
  private final InstantSource clock;
  private final BlockingQueue<Told> inbox = new ArrayBlockingQueue<>(QUEUE_LIMIT);
  private final Map<ObjectKey, Integer> countByName = new Remembered();
  private final Thread thread;

  private EventRecorder(ClusterClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("event-recorder").unstarted(this::run);
  }

  static EventRecorder start(ClusterClient client, InstantSource clock) {
    var recorder = new EventRecorder(client, clock);
    recorder.thread.start();
    return recorder;
  }

  /** Takes an event, or drops it where too many wait. */
  void record(String controller, Command.Event event) {
    if (!inbox.offer(new Told(controller, event))) {
      LOG.debug("dropped event {} about {}", event.reason(), event.regarding().getName());
    }
  }

  private void run() {
    try {
      while (true) {
        var told = inbox.take();
        try {
          write(told);
        } catch (ApiException e) {
          LOG.debug("event {} was refused: {}", told.event().reason(), e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Told told) {
    var event = eventOf(told);
    var key = ObjectKey.of(event);
    var count = countByName.merge(key, 1, Integer::sum);
    if (count == 1) {
      try {
        client.createOnly(EVENTS, event);
        return;
      } catch (ApiException e) {
        if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
          throw e;
        }
      }
    }
    var now = Times.format(clock.instant());
    client.patchOnly(
        EVENTS, key, Patch.merge("{\"count\":" + count + ",\"lastTimestamp\":\"" + now + "\"}"));
  }

  private Event eventOf(Told told) {
    var event = told.event();
    var regarding = event.regarding();
    var uid = regarding.getUid() == null ? "" : regarding.getUid();
    var namespace =
        regarding.getNamespace() == null || regarding.getNamespace().isEmpty()
            ? "default"
            : regarding.getNamespace();
    var now = Times.format(clock.instant());
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(
            regarding.getName()
                + "."
                + Names.suffix(uid, event.reason(), event.note())
                + Names.suffix(event.note(), told.controller()))
        .endMetadata()
        .withInvolvedObject(regarding)
        .withType(event.type())
        .withReason(event.reason())
        .withMessage(event.note())
        .withNewSource(told.controller(), null)
        .withReportingComponent(told.controller())
        .withReportingInstance("")
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** How often the latest events were told. */
  private static final class Remembered extends LinkedHashMap<ObjectKey, Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ObjectKey, Integer> eldest) {
      return size() > REMEMBERED_LIMIT;
    }
  }
}
