package dev.nauarch.apiserver.strategy.access;

import dev.nauarch.apiserver.authentication.SelfReview;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authentication.TokenAuthenticator;
import dev.nauarch.apiserver.authentication.TokenRequest;
import dev.nauarch.apiserver.authentication.TokenReview;
import dev.nauarch.apiserver.authorization.AccessReview;
import dev.nauarch.apiserver.authorization.ClusterAuthorizer;
import dev.nauarch.apiserver.authorization.RulesReview;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import java.time.InstantSource;

/** The strategies of reviews and tokens. */
public final class AccessKinds {

  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String AUTHORIZATION = "authorization.k8s.io";

  /**
   * What they need.
   *
   * @param view the stored objects
   * @param authorizer answers access reviews
   * @param tokens makes tokens
   * @param allTokens reviews tokens
   * @param clock the time
   */
  public record Needs(
      ObjectView view,
      ClusterAuthorizer authorizer,
      ServiceAccountTokens tokens,
      TokenAuthenticator allTokens,
      InstantSource clock) {}

  private AccessKinds() {}

  /** Registers them. */
  public static void register(KindTable table, Needs needs) {
    table.action(
        "", "ServiceAccount", "token", new TokenRequest(needs.tokens, needs.view, needs.clock));
    table.action(AUTHENTICATION, "TokenReview", "", new TokenReview(needs.allTokens));
    table.action(AUTHENTICATION, "SelfSubjectReview", "", new SelfReview());
    var access = new AccessReview(needs.authorizer);
    table.action(AUTHORIZATION, "SubjectAccessReview", "", access);
    table.action(AUTHORIZATION, "LocalSubjectAccessReview", "", access);
    table.action(AUTHORIZATION, "SelfSubjectAccessReview", "", access);
    table.action(
        AUTHORIZATION, "SelfSubjectRulesReview", "", new RulesReview(needs.authorizer.roles()));
  }
}
