package dev.nauarch.nodeagent.pod;

/** A container whose configuration can't be made up now; the message is for the pod's owner. */
final class ConfigFault extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigFault(String message) {
    super(message);
  }

  ConfigFault(String message, Throwable cause) {
    super(message, cause);
  }
}
