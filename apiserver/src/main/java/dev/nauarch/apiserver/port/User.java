package dev.nauarch.apiserver.port;

import java.util.List;
import java.util.Map;

/**
 * Who sends a request.
 *
 * @param name for example {@code system:node:node-1}
 * @param uid a number that outlives the name; empty for none
 * @param groups the groups it is in
 * @param extra what else its authenticator knows of it, by key
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

  /** The group of everybody who is known. */
  public static final String AUTHENTICATED = "system:authenticated";

  /** The group of everybody else. */
  public static final String UNAUTHENTICATED = "system:unauthenticated";

  /** The group that may do everything. */
  public static final String MASTERS = "system:masters";

  /** Nobody in particular. */
  public static final User ANONYMOUS = of("system:anonymous", List.of(UNAUTHENTICATED));

  /** Copies the lists. */
  public User {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }

  /** A user with no uid and nothing extra. */
  public static User of(String name, List<String> groups) {
    return new User(name, "", groups, Map.of());
  }
}
