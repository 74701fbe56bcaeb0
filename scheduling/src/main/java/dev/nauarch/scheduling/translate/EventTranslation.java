package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Events about what was decided. */
final class EventTranslation {

  private static final int NOTE_LIMIT = 1_024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private EventTranslation() {}

  /** What an event says. */
  record Note(boolean warning, String reason, String action, String text) {}

  /** The request that makes an event about an object. */
  static ApiRequest about(
      Resource<?> resource, ObjectKey key, String uid, Note note, String reporter, Instant at) {
    var nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    var name = key.name() + "." + Long.toHexString(nanos) + shortHash(note.reason);
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(key.namespace().isEmpty() ? "default" : key.namespace())
            .withName(name)
            .endMetadata()
            .withEventTime(new MicroTime(MICROS.format(at)))
            .withType(note.warning ? "Warning" : "Normal")
            .withReason(note.reason)
            .withAction(note.action)
            .withNote(Patches.cut(note.text, NOTE_LIMIT))
            .withReportingController(reporter)
            .withReportingInstance(reporter + "-nauarch")
            .withNewRegarding()
            .withApiVersion(resource.apiVersion())
            .withKind(resource.kind())
            .withNamespace(key.namespace())
            .withName(key.name())
            .withUid(uid)
            .endRegarding()
            .build();
    return new ApiRequest.Create<>(Resources.EVENTS, event);
  }

  private static String shortHash(String text) {
    return Integer.toHexString(text.hashCode() & 0xffff);
  }
}
