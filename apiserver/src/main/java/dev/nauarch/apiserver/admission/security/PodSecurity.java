package dev.nauarch.apiserver.admission.security;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.admission.security.Check.Finding;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.AuditNotes;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refuses pods that a namespace's labels forbid, warns of pods and of workloads whose pods they
 * would forbid or warn of, and says of existing pods when the labels change.
 */
public final class PodSecurity implements Admission {

  private static final Set<String> SUBRESOURCES = Set.of("", "ephemeralcontainers", "resize");

  /** Where the kinds that make pods have the template of them. */
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "/PodTemplate", "/template",
          "/ReplicationController", "/spec/template",
          "apps/ReplicaSet", "/spec/template",
          "apps/Deployment", "/spec/template",
          "apps/DaemonSet", "/spec/template",
          "apps/StatefulSet", "/spec/template",
          "batch/Job", "/spec/template",
          "batch/CronJob", "/spec/jobTemplate/spec/template");

  private final ObjectView view;
  private final NamespacePolicy defaults;
  private final Exemptions exemptions;

  /**
   * What is not looked at.
   *
   * @param namespaces names of namespaces
   * @param users names of those who ask
   * @param runtimeClasses names of what pods run in
   */
  public record Exemptions(Set<String> namespaces, Set<String> users, Set<String> runtimeClasses) {

    /** All is looked at. */
    public static final Exemptions NONE = new Exemptions(Set.of(), Set.of(), Set.of());
  }

  /** Checks against the labels of namespaces, and what holds without labels. */
  public PodSecurity(ObjectView view, PodSecuritySettings settings) {
    this.view = view;
    this.defaults = settings.defaults();
    this.exemptions = settings.exemptions();
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() != Operation.CREATE && request.operation() != Operation.UPDATE) {
      return;
    }
    var kind = request.kind().group() + "/" + request.kind().kind();
    switch (kind) {
      case "/Namespace" -> {
        if (request.subresource().isEmpty()) {
          checkNamespace(request);
        }
      }
      case "/Pod" -> {
        if (SUBRESOURCES.contains(request.subresource())) {
          checkPod(request);
        }
      }
      default -> {
        var template = TEMPLATES.get(kind);
        if (template != null && request.subresource().isEmpty()) {
          checkTemplate(request, template);
        }
      }
    }
  }

  private boolean isExempt(AdmissionRequest request) {
    if (exemptions.namespaces.contains(request.target().namespace())) {
      note("exempt", "namespace");
      return true;
    }
    if (exemptions.users.contains(request.context().user().name())) {
      note("exempt", "user");
      return true;
    }
    return false;
  }

  private boolean isExempt(PodForm pod) {
    return exemptions.runtimeClasses.contains(pod.spec().path("runtimeClassName").asString(""));
  }

  private boolean isNotedExempt(PodForm pod) {
    var isExempt = isExempt(pod);
    if (isExempt) {
      note("exempt", "runtimeClass");
    }
    return isExempt;
  }

  private static void note(String key, String value) {
    AuditNotes.annotate(NamespacePolicy.LABEL + key, value);
  }

  private static void noteErrors(NamespacePolicy policy) {
    var errors = policy.errors().stream().map(FieldError::toString).toList();
    if (!errors.isEmpty()) {
      var all = errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]";
      note("error", "Failed to parse policy: " + all);
    }
  }

  private static void noteViolations(NamespacePolicy policy, PodForm pod) {
    var findings = Check.findings(policy.audit(), pod);
    if (!findings.isEmpty()) {
      note(
          "audit-violations",
          "would violate PodSecurity \"" + policy.audit() + "\": " + told(findings));
    }
  }

  private NamespacePolicy policy(AdmissionRequest request) {
    return view.find("", "namespaces", "", request.target().namespace())
        .map(this::policyOf)
        .orElse(defaults);
  }

  private NamespacePolicy policyOf(ObjectNode namespace) {
    return NamespacePolicy.of(namespace.path("metadata").path("labels"), defaults);
  }

  private void checkPod(AdmissionRequest request) {
    if (isExempt(request)) {
      return;
    }
    var policy = policy(request);
    if (policy.isOpen() && policy.errors().isEmpty()) {
      note("enforce-policy", policy.enforce().toString());
      return;
    }
    var pod = PodForm.of(request.object().orElseThrow());
    if (!isSignificant(request) || isNotedExempt(pod)) {
      return;
    }
    noteErrors(policy);
    note("enforce-policy", policy.enforce().toString());
    noteViolations(policy, pod);
    var findings = Check.findings(policy.enforce(), pod);
    if (!findings.isEmpty()) {
      throw ApiException.forbidden(
          "",
          request.kind().names().plural(),
          request.shownName(),
          "violates PodSecurity \"" + policy.enforce() + "\": " + told(findings));
    }
    warn(request, policy, pod);
  }

  private void checkTemplate(AdmissionRequest request, String template) {
    if (isExempt(request)) {
      return;
    }
    var policy = policy(request);
    if (policy.warn().isPrivileged()
        && policy.audit().isPrivileged()
        && policy.errors().isEmpty()) {
      return;
    }
    var pod = PodForm.of(request.object().orElseThrow().at(template));
    if (!isNotedExempt(pod)) {
      noteErrors(policy);
      noteViolations(policy, pod);
      warn(request, policy, pod);
    }
  }

  private static void warn(AdmissionRequest request, NamespacePolicy policy, PodForm pod) {
    var findings = Check.findings(policy.warn(), pod);
    if (!findings.isEmpty()) {
      request
          .context()
          .warnings()
          .accept("would violate PodSecurity \"" + policy.warn() + "\": " + told(findings));
    }
  }

  private static String told(List<Finding> findings) {
    return findings.stream().map(Finding::toString).collect(Collectors.joining(", "));
  }

  /** Whether a change of a pod is one of those that bring other programs into it. */
  private static boolean isSignificant(AdmissionRequest request) {
    if (request.operation() == Operation.CREATE) {
      return true;
    }
    var now = request.object().orElseThrow().path("spec");
    var old = request.oldObject().orElseThrow().path("spec");
    for (var list : List.of("containers", "initContainers")) {
      if (now.path(list).size() != old.path(list).size()) {
        return true;
      }
      for (int i = 0; i < now.path(list).size(); i++) {
        if (!image(now.path(list).path(i)).equals(image(old.path(list).path(i)))) {
          return true;
        }
      }
    }
    return now.path("ephemeralContainers")
        .valueStream()
        .anyMatch(
            container ->
                old.path("ephemeralContainers")
                    .valueStream()
                    .filter(each -> each.path("name").equals(container.path("name")))
                    .noneMatch(each -> image(each).equals(image(container))));
  }

  private static String image(JsonNode container) {
    return container.path("image").asString("");
  }

  private void checkNamespace(AdmissionRequest request) {
    var policy = policyOf(request.object().orElseThrow());
    var old = request.oldObject().map(this::policyOf);
    var known = old.map(NamespacePolicy::errors).orElse(List.of());
    if (!policy.errors().isEmpty() && !policy.errors().equals(known)) {
      throw ApiException.invalid("", "Namespace", request.target().name(), policy.errors());
    }
    if (exemptions.namespaces.contains(request.target().name())) {
      warnOfExemption(request, policy, old);
    } else if (old.isPresent() && isTighter(policy.enforce(), old.get().enforce())) {
      ExistingPods.warnings(
              view.list("", "pods", request.target().name()).stream()
                  .filter(pod -> !isExempt(PodForm.of(pod)))
                  .toList(),
              request.target().name(),
              policy.enforce())
          .forEach(request.context().warnings());
    }
  }

  private static boolean isTighter(Standard now, Standard old) {
    return !now.equals(old)
        && !now.isPrivileged()
        && (now.minor() != old.minor() || now.level().compareTo(old.level()) > 0);
  }

  private void warnOfExemption(
      AdmissionRequest request, NamespacePolicy policy, Optional<NamespacePolicy> old) {
    if (policy.allowsAs(defaults)
        || (old.isPresent() && !isTighter(policy.enforce(), old.get().enforce()))) {
      return;
    }
    var labels = request.object().orElseThrow().path("metadata").path("labels");
    var modes = new LinkedHashMap<String, Standard>();
    modes.put("enforce", policy.enforce());
    modes.put("audit", policy.audit());
    modes.put("warn", policy.warn());
    var ignored =
        modes.entrySet().stream()
            .filter(mode -> !mode.getValue().isPrivileged())
            .filter(mode -> isLabelled(labels, NamespacePolicy.LABEL + mode.getKey()))
            .map(mode -> mode.getKey() + "=" + mode.getValue())
            .collect(Collectors.joining(", "));
    request
        .context()
        .warnings()
        .accept(
            "namespace \"%s\" is exempt from Pod Security, and the policy (%s) will be ignored"
                .formatted(request.target().name(), ignored));
  }

  private static boolean isLabelled(JsonNode labels, String label) {
    return labels.has(label) || labels.has(label + "-version");
  }
}
