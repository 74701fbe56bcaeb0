package dev.nauarch.apiserver.port;

/** Says who sends a request. Called for every request, from any thread: it must be quick. */
public interface Authenticator {

  /** Looks at the credentials. */
  Authentication authenticate(Credentials credentials);
}
