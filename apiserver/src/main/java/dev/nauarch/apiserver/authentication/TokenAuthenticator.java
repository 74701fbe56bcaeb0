package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.User;
import java.util.List;

/** Knows whose tokens of one sort are. Called from any thread. */
public interface TokenAuthenticator {

  /** What was found. */
  sealed interface Found {

    /** The token is of another sort. */
    record Nothing() implements Found {}

    /**
     * It is good.
     *
     * @param audiences those that were asked for and that the token is for
     */
    record Bearer(User user, List<String> audiences) implements Found {

      /** Copies the list. */
      public Bearer {
        audiences = List.copyOf(audiences);
      }
    }

    /** It is not good; the reason is for logs and for reviews of tokens. */
    record Bad(String reason) implements Found {}
  }

  /**
   * Whose it is.
   *
   * @param audiences of which the token must name one
   */
  Found find(String token, List<String> audiences);
}
