package dev.nauarch.apiserver;

import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.authentication.TokenWebhook;
import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.oidc.LoginRules;
import java.util.Optional;

/**
 * What the server of a cluster vouches with.
 *
 * @param authority signs certificates that are asked for; its own are those that are believed
 * @param accountKeys sign and check the tokens of service accounts
 * @param logins who else is believed
 * @param tokenWebhook who is asked about tokens that nobody else knows; empty for nobody
 */
public record Trust(
    CertificateAuthority authority,
    AccountKeys accountKeys,
    LoginRules logins,
    Optional<TokenWebhook.Settings> tokenWebhook) {

  /** The same where nobody is asked. */
  public Trust(CertificateAuthority authority, AccountKeys accountKeys, LoginRules logins) {
    this(authority, accountKeys, logins, Optional.empty());
  }

  /** The same that believes no others. */
  public Trust(CertificateAuthority authority, AccountKeys accountKeys) {
    this(authority, accountKeys, LoginRules.NONE);
  }
}
