package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

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
    return new Checked(WebhookRules::configuration, WebhookRules::change);
  }

  /** A kind whose changed objects are checked as new ones are. */
  static Strategy of(Rule rule) {
    return new Checked(rule, (problems, object, _) -> rule.check(problems, object));
  }

  /** Finds what is wrong with an object. */
  interface Rule {
    void check(Problems problems, Field object);
  }

  /** Finds what is wrong with a changed object. */
  private interface Change {
    void check(Problems problems, Field object, Field old);
  }

  /** A kind whose objects are replaced only by those who know what is there. */
  private record Checked(Rule rule, Change change) implements Strategy {

    @Override
    public List<FieldError> validate(ObjectNode object) {
      var problems = new Problems();
      rule.check(problems, Field.of(object));
      return problems.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
      var problems = new Problems();
      if (subresource.isEmpty()) {
        change.check(problems, Field.of(object), Field.of(old));
      }
      return problems.errors();
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
      return false;
    }
  }
}
