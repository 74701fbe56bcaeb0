package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.AuditNotes;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the audit log what webhooks and policies say of a request. */
final class Notes {

  private static final Logger LOG = LoggerFactory.getLogger(Notes.class);

  private Notes() {}

  /**
   * Says something under {@code SPEAKER/KEY}. What is no such name is left out: it is a mistake of
   * somebody outside, which no request fails for.
   */
  static void add(String speaker, String key, String value) {
    var name = speaker + "/" + key;
    if (NameRules.labelKey(name).isPresent()) {
      LOG.warn("An audit annotation is left out, as its name is wrong: {}", name);
    } else {
      AuditNotes.annotate(name, value);
    }
  }

  /** The same for several keys. */
  static void addAll(String speaker, Map<String, String> annotations) {
    annotations.forEach((key, value) -> add(speaker, key, value));
  }
}
