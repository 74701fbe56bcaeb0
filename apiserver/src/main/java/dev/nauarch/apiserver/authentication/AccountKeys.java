package dev.nauarch.apiserver.authentication;

import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;

/**
 * Keys of the curve P-256 for the tokens of service accounts.
 *
 * @param current signs and checks
 * @param former check tokens that were signed before the current ones were made
 */
public record AccountKeys(KeyPair current, List<PublicKey> former) {

  /** Copies the list. */
  public AccountKeys {
    former = List.copyOf(former);
  }

  /** Keys that nothing came before. */
  public static AccountKeys of(KeyPair current) {
    return new AccountKeys(current, List.of());
  }
}
