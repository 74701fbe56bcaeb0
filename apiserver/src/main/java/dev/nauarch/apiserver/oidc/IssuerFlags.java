package dev.nauarch.apiserver.oidc;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Strangers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One issuer as the flags {@code --oidc-...} name it.
 *
 * @param issuerUrl the issuer
 * @param clientId for whom its tokens are
 * @param username how users are named
 * @param groups how their groups are named; an empty claim for no groups
 * @param required the claims that tokens must have, with their values
 * @param algorithms by which of them tokens may be signed
 * @param authority the certificates of who vouches for its server; empty for whom the machine
 *     believes
 */
public record IssuerFlags(
    String issuerUrl,
    String clientId,
    Named username,
    Named groups,
    Map<String, String> required,
    List<String> algorithms,
    Optional<Path> authority) {

  private static final Path NAME = Path.of("--oidc-issuer-url");
  private static final String NO_PREFIX = "-";

  /**
   * A claim, and what stands before its values.
   *
   * @param prefix empty for what is usual, which for user names is the issuer
   */
  public record Named(String claim, String prefix) {}

  /** Refuses an issuer without a client, and the reverse. */
  public IssuerFlags {
    required = Map.copyOf(required);
    algorithms = List.copyOf(algorithms);
    if (issuerUrl.isEmpty() || clientId.isEmpty()) {
      throw new IllegalArgumentException(
          "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are"
              + " set");
    }
    for (var algorithm : algorithms) {
      if (!Issuer.ALGORITHMS.contains(algorithm)) {
        throw new IllegalArgumentException("oidc: unsupported signing alg: \"" + algorithm + '"');
      }
    }
  }

  /**
   * Who is let in by them.
   *
   * @throws IOException when the file of certificates can't be read
   * @throws IllegalArgumentException with all that is wrong with them
   */
  public LoginRules rules() throws IOException {
    var file = Json.object().put("apiVersion", "apiserver.config.k8s.io/v1");
    file.put("kind", "AuthenticationConfiguration");
    var jwt = file.putArray("jwt").addObject();
    var issuer = jwt.putObject("issuer").put("url", issuerUrl);
    issuer.putArray("audiences").add(clientId);
    if (authority.isPresent()) {
      issuer.put("certificateAuthority", Files.readString(authority.get()));
    }
    var mappings = jwt.putObject("claimMappings");
    mappings.putObject("username").put("claim", username.claim).put("prefix", usernamePrefix());
    if (!groups.claim.isEmpty()) {
      mappings.putObject("groups").put("claim", groups.claim).put("prefix", groups.prefix);
    }
    var rules = jwt.putArray("claimValidationRules");
    new TreeMap<>(required)
        .forEach(
            (claim, value) -> rules.addObject().put("claim", claim).put("requiredValue", value));
    var read = IssuerFile.read(NAME, Json.write(file));
    return new LoginRules(
        read.issuers().stream().map(each -> each.signingBy(Set.copyOf(algorithms))).toList(),
        Strangers.WELCOME);
  }

  private String usernamePrefix() {
    if (username.prefix.isEmpty()) {
      return username.claim.equals("email") ? "" : issuerUrl + "#";
    }
    return username.prefix.equals(NO_PREFIX) ? "" : username.prefix;
  }
}
