package dev.nauarch.apiserver;

import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.oidc.Issuer;
import java.util.List;

/**
 * What the server of a cluster vouches with.
 *
 * @param authority signs certificates that are asked for; its own are those that are believed
 * @param accountKeys sign and check the tokens of service accounts
 * @param issuers others whose tokens are believed
 */
public record Trust(CertificateAuthority authority, AccountKeys accountKeys, List<Issuer> issuers) {

  /** Copies the list. */
  public Trust {
    issuers = List.copyOf(issuers);
  }

  /** The same that believes no others. */
  public Trust(CertificateAuthority authority, AccountKeys accountKeys) {
    this(authority, accountKeys, List.of());
  }
}
