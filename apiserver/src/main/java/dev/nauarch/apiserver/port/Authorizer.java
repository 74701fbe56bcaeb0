package dev.nauarch.apiserver.port;

/** Says whether a user may do something. Called for every request, from any thread. */
public interface Authorizer {

  /** An answer. */
  sealed interface Decision {

    /** Yes. */
    record Allowed(String reason) implements Decision {}

    /**
     * No.
     *
     * @param reason what to add to the message of the refusal; may be empty
     */
    record Denied(String reason) implements Decision {}
  }

  /** Decides. */
  Decision authorize(User user, Attributes attributes);
}
