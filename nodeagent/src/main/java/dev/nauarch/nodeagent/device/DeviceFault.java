package dev.nauarch.nodeagent.device;

import java.io.IOException;

/** A plugin did not do what it was asked for; the message says which, and what it said. */
public final class DeviceFault extends IOException {
  private static final long serialVersionUID = 1;

  /** A fault in these words. */
  public DeviceFault(String message) {
    super(message);
  }
}
