package dev.nauarch.apiserver.registry;

/**
 * A list can't go on at its revision, which has been compacted; it may go on at the latest one with
 * another token.
 */
public final class InconsistentContinue extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String MESSAGE =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided"
          + " token results in an inconsistent list - objects that were created, modified, or"
          + " deleted between the time the first chunk was returned and now may show up in the"
          + " list.";

  private final String token;

  InconsistentContinue(String token) {
    super(MESSAGE);
    this.token = token;
  }

  /** What the client is told. */
  public String text() {
    return MESSAGE;
  }

  /** The other token. */
  public String token() {
    return token;
  }
}
