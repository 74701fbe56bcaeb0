package dev.nauarch.launcher.command;

import dev.nauarch.apiserver.oidc.IssuerFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code nau up} takes about one OpenID Connect issuer, as kube-apiserver does. */
final class OidcFlags {
  private static final String ISSUER = "--oidc-issuer-url";
  private static final String CLIENT = "--oidc-client-id";
  private static final String USERNAME = "--oidc-username-claim";
  private static final String USERNAME_PREFIX = "--oidc-username-prefix";
  private static final String GROUPS = "--oidc-groups-claim";
  private static final String GROUPS_PREFIX = "--oidc-groups-prefix";
  private static final String REQUIRED = "--oidc-required-claim";
  private static final String ALGORITHMS = "--oidc-signing-algs";
  private static final String AUTHORITY = "--oidc-ca-file";

  @Option(
      names = ISSUER,
      paramLabel = "URL",
      description = "An OpenID Connect issuer whose tokens are believed; in place of a file.")
  private @Nullable String issuer;

  @Option(names = CLIENT, paramLabel = "ID", description = "For whom its tokens are.")
  private @Nullable String client;

  @Option(
      names = USERNAME,
      paramLabel = "CLAIM",
      description = "The claim that is the user's name; sub where it is not said.")
  private @Nullable String username;

  @Option(
      names = USERNAME_PREFIX,
      paramLabel = "TEXT",
      description =
          "What stands before names: URL# where it is not said, but for email; - for nothing.")
  private @Nullable String usernamePrefix;

  @Option(names = GROUPS, paramLabel = "CLAIM", description = "The claim with the user's groups.")
  private @Nullable String groups;

  @Option(names = GROUPS_PREFIX, paramLabel = "TEXT", description = "What stands before groups.")
  private @Nullable String groupsPrefix;

  @Option(
      names = REQUIRED,
      paramLabel = "CLAIM=VALUE",
      description = "A claim that tokens must have; may be repeated.")
  private Map<String, String> required = Map.of();

  @Option(
      names = ALGORITHMS,
      paramLabel = "NAME",
      split = ",",
      description = "How tokens may be signed; RS256 where it is not said.")
  private List<String> algorithms = List.of();

  @Option(
      names = AUTHORITY,
      paramLabel = "FILE",
      description = "The certificates of who vouches for the issuer's server.")
  private @Nullable Path authority;

  /**
   * The issuer; empty where no flag is given.
   *
   * @throws IllegalArgumentException where flags are missing or wrong
   */
  Optional<IssuerFlags> issuer() {
    if (words().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new IssuerFlags(
            orEmpty(issuer),
            orEmpty(client),
            new IssuerFlags.Named(username == null ? "sub" : username, orEmpty(usernamePrefix)),
            new IssuerFlags.Named(orEmpty(groups), orEmpty(groupsPrefix)),
            required,
            algorithms.isEmpty() ? List.of("RS256") : algorithms,
            Optional.ofNullable(authority).map(Path::toAbsolutePath)));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    var words = new ArrayList<String>();
    add(words, ISSUER, issuer);
    add(words, CLIENT, client);
    add(words, USERNAME, username);
    add(words, USERNAME_PREFIX, usernamePrefix);
    add(words, GROUPS, groups);
    add(words, GROUPS_PREFIX, groupsPrefix);
    required.forEach((claim, value) -> add(words, REQUIRED, claim + "=" + value));
    add(words, ALGORITHMS, algorithms.isEmpty() ? null : String.join(",", algorithms));
    add(words, AUTHORITY, authority == null ? null : authority.toAbsolutePath().toString());
    return words;
  }

  private static void add(List<String> words, String flag, @Nullable String value) {
    if (value != null) {
      words.add(flag);
      words.add(value);
    }
  }
}
