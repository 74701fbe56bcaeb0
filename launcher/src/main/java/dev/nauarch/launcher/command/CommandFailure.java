package dev.nauarch.launcher.command;

/** A command that can't do what it was asked; the message says what, why and what to do next. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  /**
   * @param code the exit code
   * @param message what, why, what to do next
   */
  public CommandFailure(ExitCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The exit code. */
  public ExitCode code() {
    return code;
  }
}
