package dev.nauarch.apiserver.oidc;

import dev.nauarch.apiserver.port.Strangers;
import java.util.List;

/**
 * What an AuthenticationConfiguration says.
 *
 * @param issuers others whose tokens are believed
 * @param strangers whether those who show nothing are let in
 */
public record LoginRules(List<Issuer> issuers, Strangers strangers) {

  /** No others are believed, and everybody is let in as nobody. */
  public static final LoginRules NONE = new LoginRules(List.of(), Strangers.WELCOME);

  /** Copies the list. */
  public LoginRules {
    issuers = List.copyOf(issuers);
  }
}
