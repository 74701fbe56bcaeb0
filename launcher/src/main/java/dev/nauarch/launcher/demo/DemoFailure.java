package dev.nauarch.launcher.demo;

/** The demo did not get where it should; the message says what was awaited. */
public final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was awaited
   */
  public DemoFailure(String message) {
    super(message);
  }
}
