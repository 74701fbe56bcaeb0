package dev.nauarch.apiserver.encryption;

/** A stored value that can't be opened. Its message says why and holds nothing of the value. */
final class SealException extends Exception {

  private static final long serialVersionUID = 1L;

  SealException(String message) {
    super(message);
  }
}
