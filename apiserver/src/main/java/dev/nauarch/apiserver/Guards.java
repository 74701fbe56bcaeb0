package dev.nauarch.apiserver;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.Strategies;

/**
 * What stands between a request and the store.
 *
 * @param authenticator says who sends it
 * @param authorizer says whether they may
 * @param admission changes and checks writes
 * @param strategies what is peculiar to kinds
 */
public record Guards(
    Authenticator authenticator,
    Authorizer authorizer,
    Admission admission,
    Strategies strategies) {

  /** Makes the guards of a server, which may look at its objects. */
  @FunctionalInterface
  public interface Maker {

    /** Makes them. */
    Guards make(ObjectView view);
  }
}
