package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events about objects, in the background. The same thing that happens again within some
 * minutes is counted on the event that is there. When events come faster than they can be written
 * the newest are dropped: they are for people, nothing depends on them.
 */
public final class EventRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final int QUEUE_LIMIT = 1024;
  private static final int REMEMBERED = 512;
  private static final int MESSAGE_LIMIT = 1024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Duration SERIES = Duration.ofMinutes(6);

  private record Happening(
      HasMetadata about, String type, String reason, String message, Instant at) {
    String key() {
      return about.getMetadata().getUid() + "|" + reason + "|" + message;
    }
  }

  private record Written(ObjectKey key, int count, Instant at) {}

  private final ClusterClient client;
  private final String component;
  private final String instance;
  private final InstantSource clock;
  private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
  private final Thread thread;

  /** Only the writing thread touches it. */
  private final Map<String, Written> recent =
      new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Written> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Starts a recorder.
   *
   * @param component who reports, for example {@code kubelet}
   * @param instance which of them, for example the node's name
   */
  public EventRecorder(
      ClusterClient client, String component, String instance, InstantSource clock) {
    this.client = client;
    this.component = component;
    this.instance = instance;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("events-" + instance).start(this::run);
  }

  /** Has an event written about an object. */
  public void record(HasMetadata about, String type, String reason, String message) {
    var shown =
        message.length() > MESSAGE_LIMIT
            ? message.substring(0, MESSAGE_LIMIT - 3) + "..."
            : message;
    if (!queue.offer(new Happening(about, type, reason, shown, clock.instant()))) {
      LOG.debug("Dropped an event: {} {}", reason, message);
    }
  }

  private void run() {
    try {
      while (true) {
        var happening = queue.take();
        try {
          write(happening);
        } catch (ApiException e) {
          LOG.debug("An event was not written: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Happening happening) {
    var known = recent.get(happening.key());
    if (known != null && happening.at().isBefore(known.at().plus(SERIES))) {
      var count = known.count() + 1;
      var patch =
          "{\"deprecatedCount\":%d,\"deprecatedLastTimestamp\":\"%s\",\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
              .formatted(count, seconds(happening.at()), count, micros(happening.at()));
      client.patchOnly(Resources.EVENTS, known.key(), Patch.merge(patch));
      recent.put(happening.key(), new Written(known.key(), count, happening.at()));
      return;
    }
    var created = client.create(Resources.EVENTS, event(happening));
    recent.put(happening.key(), new Written(ObjectKey.of(created), 1, happening.at()));
  }

  private io.fabric8.kubernetes.api.model.events.v1.Event event(Happening happening) {
    var about = happening.about();
    var own = about.getMetadata().getNamespace();
    var namespace = own == null || own.isEmpty() ? "default" : own;
    var nanos = ChronoUnit.NANOS.between(Instant.EPOCH, happening.at());
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(about.getMetadata().getName() + "." + Long.toHexString(nanos))
        .endMetadata()
        .withEventTime(new MicroTime(micros(happening.at())))
        .withType(happening.type())
        .withReason(happening.reason())
        .withAction(happening.reason())
        .withNote(happening.message())
        .withReportingController(component)
        .withReportingInstance(instance)
        .withDeprecatedCount(1)
        .withDeprecatedFirstTimestamp(seconds(happening.at()))
        .withDeprecatedLastTimestamp(seconds(happening.at()))
        .withNewDeprecatedSource(component, instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .build())
        .build();
  }

  private static String seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** With six digits after the point, as the API wants it. */
  private static String micros(Instant at) {
    return MICROS.format(at);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
