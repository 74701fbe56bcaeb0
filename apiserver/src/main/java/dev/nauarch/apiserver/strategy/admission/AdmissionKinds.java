package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of the kinds of {@code admissionregistration.k8s.io}. */
public final class AdmissionKinds {

  private static final String GROUP = "admissionregistration.k8s.io";

  private AdmissionKinds() {}

  /** Adds the kinds. */
  public static void register(KindTable table) {
    var webhooks = webhooks();
    table.strategy(GROUP, "MutatingWebhookConfiguration", webhooks);
    table.strategy(GROUP, "ValidatingWebhookConfiguration", webhooks);
    table.strategy(GROUP, "ValidatingAdmissionPolicy", of(PolicyRules::validating));
    table.strategy(GROUP, "ValidatingAdmissionPolicyBinding", of(PolicyRules::validatingBinding));
    table.strategy(GROUP, "MutatingAdmissionPolicy", of(PolicyRules::mutating));
    table.strategy(GROUP, "MutatingAdmissionPolicyBinding", of(PolicyRules::mutatingBinding));
  }

  /** The strategy of both kinds of webhook configurations. */
  static Strategy webhooks() {
    return checked(WebhookRules::configuration, WebhookRules::change);
  }

  /** A kind whose changed objects are checked as new ones are. */
  static Strategy of(RuleStrategy.Rule rule) {
    return checked(rule, (problems, object, _) -> rule.check(problems, object));
  }

  /** A kind whose objects are replaced only by those who know what is there. */
  private static Strategy checked(RuleStrategy.Rule rule, RuleStrategy.Change change) {
    return RuleStrategy.of(rule, change).with(Trait.NEEDS_VERSION, Trait.CHECKED_ONCE);
  }
}
