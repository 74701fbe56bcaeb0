package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.expression.TreeValues;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AuditNotes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Lets policies object to requests. */
final class ValidatingPolicies {

  private static final int NOTE_BYTES_MAX = 10 * 1024;
  private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

  private final World world;
  private final Prepared<Policy> policies;
  private final Prepared<Binding> bindings;

  ValidatingPolicies(World world) {
    this.world = world;
    this.policies = new Prepared<>(world.view(), "validatingadmissionpolicies", Policy::allOf);
    this.bindings =
        new Prepared<>(world.view(), "validatingadmissionpolicybindings", Binding::allOf);
  }

  /** A reason to refuse a request; the reason is a word of a Status. */
  private record Denial(String message, String reason) {}

  /** What has been said of a request: why it is refused, and what one policy's keys are. */
  private record Findings(List<Denial> denials, Map<String, Set<String>> notes) {}

  void validate(AdmissionRequest request) {
    var all = bindings.items();
    if (all.isEmpty()) {
      return;
    }
    var denials = new ArrayList<Denial>();
    var reviewed = new Reviewed(request, world);
    for (var policy : policies.items()) {
      var bound = all.stream().filter(each -> each.policy().equals(policy.name())).toList();
      var kind = bound.isEmpty() ? Optional.<Kind>empty() : policy.selection().match(reviewed);
      if (kind.isPresent()) {
        var findings = new Findings(denials, new LinkedHashMap<>());
        if (isMisconfigured(policy, reviewed, denials)) {
          continue;
        }
        bound.forEach(binding -> check(policy, binding, reviewed, kind.get(), findings));
        findings.notes.forEach(
            (key, values) -> Notes.add(policy.name(), key, String.join(", ", values)));
      }
    }
    if (!denials.isEmpty()) {
      throw refusal(reviewed, denials.getFirst());
    }
  }

  private static ApiException refusal(Reviewed reviewed, Denial denial) {
    var forbidden = reviewed.forbidden(denial.message);
    var reason = denial.reason.isEmpty() ? "Invalid" : denial.reason;
    var code =
        switch (reason) {
          case "Forbidden" -> 403;
          case "Unauthorized" -> 401;
          case "RequestEntityTooLarge" -> 413;
          default -> 422;
        };
    return Refusals.withCauses(
        reason,
        code,
        String.valueOf(forbidden.getMessage()),
        List.of(denial.message),
        forbidden.details());
  }

  private static boolean isMisconfigured(Policy policy, Reviewed reviewed, List<Denial> denials) {
    var paramKind = policy.spec().path("paramKind");
    try {
      if (paramKind.isObject()) {
        Parameters.kind(reviewed, paramKind);
      }
      return false;
    } catch (Parameters.MisconfiguredException e) {
      if (!policy.isFailureIgnored()) {
        var why =
            "ValidatingAdmissionPolicy '%s' denied request: failed to configure policy: %s"
                .formatted(policy.name(), e.getMessage());
        denials.add(new Denial(why, ""));
      }
      return true;
    }
  }

  private static void check(
      Policy policy, Binding binding, Reviewed reviewed, Kind kind, Findings findings) {
    var head =
        "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: "
            .formatted(policy.name(), binding.name());
    if (!binding.matches(reviewed)) {
      return;
    }
    List<Optional<ObjectNode>> parameters;
    try {
      parameters = Parameters.of(reviewed, policy.spec().path("paramKind"), binding.paramRef());
    } catch (Parameters.MisconfiguredException e) {
      if (!policy.isFailureIgnored()) {
        var why = head + "failed to configure binding: " + e.getMessage();
        findings.denials.add(new Denial(why, ""));
      }
      return;
    }
    for (var parameter : parameters) {
      var values = RequestVariables.of(reviewed, kind);
      values.put("params", TreeValues.of(parameter));
      var verdict = Verdict.of(policy, values);
      for (var objection : verdict.objections()) {
        if (binding.actions().contains("Deny")) {
          findings.denials.add(new Denial(head + objection.message(), objection.reason()));
        }
        tell(binding, objection, reviewed);
      }
      for (var note : verdict.notes()) {
        var known = findings.notes.computeIfAbsent(note.key(), _ -> new LinkedHashSet<>());
        known.add(shortened(note.value()));
      }
      verdict.failures().forEach(why -> findings.denials.add(new Denial(head + why, "")));
    }
  }

  private static void tell(Binding binding, Verdict.Objection objection, Reviewed reviewed) {
    if (binding.actions().contains("Audit")) {
      var failures = Json.MAPPER.createArrayNode();
      var failure = failures.addObject();
      failure.put("message", objection.message()).put("policy", binding.policy());
      failure.put("binding", binding.name()).put("expressionIndex", objection.index());
      binding.actions().forEach(failure.putArray("validationActions")::add);
      AuditNotes.annotate(FAILURE, failures.toString());
    }
    if (binding.actions().contains("Warn")) {
      var warning =
          "Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
              .formatted(binding.policy(), binding.name(), objection.message());
      reviewed.request().context().warnings().accept(warning);
    }
  }

  private static String shortened(String value) {
    var bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= NOTE_BYTES_MAX) {
      return value;
    }
    int end = NOTE_BYTES_MAX;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
