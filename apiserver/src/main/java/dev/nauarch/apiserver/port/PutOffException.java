package dev.nauarch.apiserver.port;

/**
 * A request has to wait for somebody outside, on a thread that may not wait: it is to be handled
 * again on one that may. Has no stack trace: nothing is wrong.
 */
public final class PutOffException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private PutOffException() {
    super("the request must wait on a thread that may", null, false, false);
  }

  /** Returns where this thread may wait; those that may not are the server's few of the system. */
  public static void unlessMayWait() {
    if (!Thread.currentThread().isVirtual()) {
      throw new PutOffException();
    }
  }
}
