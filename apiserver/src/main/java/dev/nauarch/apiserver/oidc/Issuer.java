package dev.nauarch.apiserver.oidc;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer whose tokens are believed.
 *
 * @param url what its tokens name as their issuer
 * @param discoveryUrl where its configuration is read
 * @param authorities who vouches for its server; empty for whom the machine believes
 * @param audiences of which a token must name one
 * @param mappings how claims become users
 * @param algorithms by which of them its tokens may be signed
 */
public record Issuer(
    String url,
    String discoveryUrl,
    List<X509Certificate> authorities,
    List<String> audiences,
    Mappings mappings,
    Set<String> algorithms) {

  /** All algorithms that tokens can be signed by so that who checks them need not have the key. */
  public static final Set<String> ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

  /** Copies the lists. */
  public Issuer {
    algorithms = Set.copyOf(algorithms);
    authorities = List.copyOf(authorities);
    audiences = List.copyOf(audiences);
  }

  /** The same whose tokens are signed by one of these algorithms. */
  Issuer signingBy(Set<String> others) {
    return new Issuer(url, discoveryUrl, authorities, audiences, mappings, others);
  }

  /**
   * How claims become users.
   *
   * @param username the user's name
   * @param groups its groups; empty for none
   * @param uid its uid; empty for none
   * @param extra what else is known of it
   * @param claimRules what must hold of the claims
   * @param userRules what must hold of the user
   */
  record Mappings(
      Mapping username,
      Optional<Mapping> groups,
      Optional<Mapping> uid,
      List<Extra> extra,
      List<Rule> claimRules,
      List<Rule> userRules) {}

  /** A value by a key. */
  record Extra(String key, Expression value) {}

  /** How a value is made of claims. */
  sealed interface Mapping {

    /** A claim, with a text before it. */
    record Claim(String name, String prefix) implements Mapping {}

    /** An expression over all claims. */
    record Computed(Expression expression) implements Mapping {}
  }

  /** What must hold. */
  sealed interface Rule {

    /** A claim has a value. */
    record Required(String claim, String value) implements Rule {}

    /** An expression is true; the message says what is wrong where it is not. */
    record True(Expression expression, String message) implements Rule {}
  }
}
