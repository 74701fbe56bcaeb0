package dev.nauarch.nodeagent.volume;

import java.io.IOException;

/** A volume that can't be made now; the message is for the pod's owner. */
public final class VolumeFault extends IOException {
  private static final long serialVersionUID = 1L;

  /** A fault of one volume. */
  public VolumeFault(String volume, String message) {
    super("volume \"" + volume + "\": " + message);
  }

  /** A fault of one volume, and what it comes from. */
  public VolumeFault(String volume, String message, Throwable cause) {
    super("volume \"" + volume + "\": " + message, cause);
  }
}
