package dev.nauarch.nodeagent.image.registry;

import java.io.IOException;

/** Why there is no image; the message is for the pod's owner. */
public final class ImageFault extends IOException {
  private static final long serialVersionUID = 1L;

  /** What kind of fault it is. */
  public enum Reason {
    /** What was asked for can't be the name of an image. */
    NAME,
    /** The registry has no such image. */
    NOT_FOUND,
    /** The registry does not give it to whoever asks. */
    DENIED,
    /** The registry can't be reached, or fails. */
    UNREACHABLE,
    /** What came is not what its digest says, or is broken. */
    CORRUPT,
    /** The image is not for this machine, or of a form that is not known. */
    UNSUPPORTED,
    /** What is on this machine can't be read or written. */
    DISK
  }

  private final Reason reason;

  /** A fault. */
  public ImageFault(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A fault and what it comes from. */
  public ImageFault(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of fault it is. */
  public Reason reason() {
    return reason;
  }
}
