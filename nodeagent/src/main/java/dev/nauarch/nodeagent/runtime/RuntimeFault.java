package dev.nauarch.nodeagent.runtime;

import java.io.IOException;

/** Something that a runtime can't do, or failed to do; the message is for the pod's owner. */
public final class RuntimeFault extends IOException {
  private static final long serialVersionUID = 1L;

  /** What kind of fault it is; the text is what a container's waiting state shows. */
  public enum Reason {
    /** The configuration asks for something that can't be had. */
    CONFIG("CreateContainerConfigError"),
    /** The container could not be made. */
    CREATE("CreateContainerError"),
    /** The container was made but could not be started. */
    RUN("RunContainerError"),
    /** The image's name can't be one. */
    IMAGE_NAME("InvalidImageName"),
    /** The image may not be fetched, and is not there. */
    IMAGE_NEVER("ErrImageNeverPull"),
    /** The image could not be fetched. */
    IMAGE_PULL("ErrImagePull"),
    /** What is on the machine of the image can't be read. */
    IMAGE_INSPECT("ImageInspectError"),
    /** The pod's surroundings could not be made. */
    SANDBOX("CreatePodSandboxError"),
    /** It took too long. */
    TIMEOUT("DeadlineExceeded"),
    /** There is no such thing, or it is not in a state for this. */
    STATE("InvalidState");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** What a waiting state shows. */
    public String text() {
      return text;
    }
  }

  private final Reason reason;

  /** A fault. */
  public RuntimeFault(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A fault and what it comes from. */
  public RuntimeFault(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of fault it is. */
  public Reason reason() {
    return reason;
  }
}
