package dev.nauarch.verification.benchmark;

/** A trace is missing or wrong; the message says which file, and what was expected. */
final class TraceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }

  TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
