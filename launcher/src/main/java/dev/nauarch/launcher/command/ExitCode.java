package dev.nauarch.launcher.command;

/** What the command's exit codes mean; scripts rely on them. */
public enum ExitCode {
  OK(0),
  ERROR(1),
  USAGE(2),
  NO_CLUSTER(3),
  NOT_FOUND(4),
  CONFLICT(5),
  DENIED(6),
  TIMED_OUT(7),
  JOB_FAILED(8),
  WOULD_WAIT(10),
  NEEDS_PREEMPTION(11),
  NEVER_FITS(12);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The process' exit code. */
  public int number() {
    return number;
  }
}
