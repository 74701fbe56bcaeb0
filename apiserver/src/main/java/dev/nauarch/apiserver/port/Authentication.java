package dev.nauarch.apiserver.port;

/** What an {@link Authenticator} found. */
public sealed interface Authentication {

  /** The sender is known. */
  record Known(User user) implements Authentication {}

  /** The request shows nothing that says who sends it. */
  record None() implements Authentication {}

  /**
   * The request shows something that is not valid; it is refused.
   *
   * @param reason for the log; the client only hears {@code Unauthorized}
   */
  record Rejected(String reason) implements Authentication {}
}
