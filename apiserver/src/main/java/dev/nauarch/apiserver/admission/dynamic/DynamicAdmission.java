package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.util.Set;

/**
 * Policies and webhooks, in the order in which Kubernetes asks them: policies before webhooks, what
 * changes objects before what only looks at them. Nobody is asked about the policies and webhooks
 * themselves, so that a bad one can always be taken away, nor about what the server writes of its
 * own accord, so that it starts whatever is defined.
 */
public final class DynamicAdmission implements Admission {

  private static final String GROUP = "admissionregistration.k8s.io";
  private static final Set<String> EXEMPT =
      Set.of(
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "MutatingWebhookConfiguration",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "ValidatingWebhookConfiguration");
  private static final String SERVER = "system:apiserver";

  private final AdmissionPlugins plugins;
  private final MutatingPolicies mutatingPolicies;
  private final MutatingWebhooks mutatingWebhooks;
  private final ValidatingPolicies validatingPolicies;
  private final ValidatingWebhooks validatingWebhooks;

  /**
   * Admission that looks at a world and calls webhooks by a client, as far as it is switched on.
   */
  public DynamicAdmission(World world, WebhookClient client, AdmissionPlugins plugins) {
    this.plugins = plugins;
    this.mutatingPolicies = new MutatingPolicies(world);
    this.mutatingWebhooks = new MutatingWebhooks(world, client);
    this.validatingPolicies = new ValidatingPolicies(world);
    this.validatingWebhooks = new ValidatingWebhooks(world, client);
  }

  /** Changes the object; {@code rounds} remembers who has seen it. */
  public void mutate(AdmissionRequest request, Rounds rounds) {
    if (isExempt(request)) {
      return;
    }
    if (plugins.has(AdmissionPlugins.MUTATING_POLICIES)) {
      mutatingPolicies.mutate(request, rounds);
    }
    if (plugins.has(AdmissionPlugins.MUTATING_WEBHOOKS)) {
      mutatingWebhooks.mutate(request, rounds);
    }
  }

  @Override
  public void mutate(AdmissionRequest request) {
    mutate(request, new Rounds());
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (isExempt(request)) {
      return;
    }
    if (plugins.has(AdmissionPlugins.VALIDATING_POLICIES)) {
      validatingPolicies.validate(request);
    }
    if (plugins.has(AdmissionPlugins.VALIDATING_WEBHOOKS)) {
      validatingWebhooks.validate(request);
    }
  }

  private static boolean isExempt(AdmissionRequest request) {
    var user = request.context().user();
    return (request.kind().group().equals(GROUP) && EXEMPT.contains(request.kind().kind()))
        || (user.name().equals(SERVER) && user.groups().contains(User.MASTERS));
  }
}
