package dev.nauarch.apiserver;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.Strangers;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What stands between a request and the store.
 *
 * @param authenticator says who sends it
 * @param strangers whether those who show nothing are let in
 * @param authorizer says whether they may
 * @param admission changes and checks writes
 * @param strategies what is peculiar to kinds
 * @param chores what the server does of its own accord
 * @param documents by which others check what it vouches for
 */
public record Guards(
    Authenticator authenticator,
    Strangers strangers,
    Authorizer authorizer,
    Admission admission,
    Strategies strategies,
    List<Chore> chores,
    Documents documents) {

  /** The same with another way to know senders, made from this one. */
  Guards authenticatedBy(UnaryOperator<Authenticator> way) {
    return new Guards(
        way.apply(authenticator), strangers, authorizer, admission, strategies, chores, documents);
  }

  /** Makes the guards of a server, which may look at its objects. */
  @FunctionalInterface
  public interface Maker {

    /**
     * Makes them.
     *
     * @param webhooks calls those who are asked about writes; the caller closes it
     */
    Guards make(ObjectView view, WebhookClient webhooks);
  }
}
