package dev.nauarch.nodeagent.lifecycle;

import java.util.Locale;

/** What a probe asks. */
public enum ProbeKind {
  /** Has it come up? */
  STARTUP,
  /** Does it still work? */
  LIVENESS,
  /** May it be sent requests? */
  READINESS;

  /** As events show it. */
  public String title() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }
}
