package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.User;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * How to write.
 *
 * @param user who writes
 * @param isDryRun whether nothing is stored
 * @param validation what happens to unknown fields
 * @param fieldManager who owns what is written
 * @param apply whether it is an apply, and takes fields from others
 * @param warnings takes texts that the client is shown
 * @param raw the options as an object, for admission
 */
public record WriteOptions(
    User user,
    boolean isDryRun,
    FieldValidation validation,
    String fieldManager,
    Apply apply,
    Consumer<String> warnings,
    ObjectNode raw) {

  /** Whether a write is a server-side apply. */
  public enum Apply {
    /** It is another write. */
    NO,
    /** It is, and is refused where others own what it applies. */
    YES,
    /** It is, and takes what others own. */
    FORCED
  }

  /** What happens to unknown and duplicate fields. */
  public enum FieldValidation {
    /** They are dropped. */
    IGNORE,
    /** They are dropped, and the client is warned. */
    WARN,
    /** The request is refused. */
    STRICT
  }

  /** The same without storing anything. */
  public WriteOptions dryRun() {
    return new WriteOptions(user, true, validation, fieldManager, apply, warnings, raw);
  }

  /** The same for several threads. */
  WriteOptions sharedWarnings() {
    Consumer<String> shared =
        text -> {
          synchronized (warnings) {
            warnings.accept(text);
          }
        };
    return new WriteOptions(user, isDryRun, validation, fieldManager, apply, shared, raw);
  }

  AdmissionRequest.Context context() {
    return new AdmissionRequest.Context(user, raw, isDryRun, warnings);
  }
}
