package dev.nauarch.reconcile;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Instants as Kubernetes writes them, to the second. */
public final class Times {

  private Times() {}

  /** The text of an instant. */
  public static String format(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The instant of a text. */
  public static Instant parse(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
