package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods and their groups get the number and the preemption policy of their priority class, or of the
 * default one.
 */
final class PodPriority implements Admission {

  private static final String GROUP = "scheduling.k8s.io";
  private static final String PLURAL = "priorityclasses";
  private static final String PREEMPT = "PreemptLowerPriority";
  private static final List<String> FILLED_IN = List.of("priority", "preemptionPolicy");

  private final ObjectView view;

  PodPriority(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (request.operation() == Operation.UPDATE && Requests.isOf(request, "", "Pod")) {
      keep(request);
      return;
    }
    if (!Requests.creates(request, "", "Pod") && !Requests.creates(request, GROUP, "PodGroup")) {
      return;
    }
    var spec = request.object().orElseThrow().withObject("spec");
    var name = spec.path("priorityClassName").asString("");
    var priorityClass = name.isEmpty() ? globalDefault() : Optional.of(named(request, name));
    priorityClass.ifPresent(
        found -> spec.put("priorityClassName", found.path("metadata").path("name").asString("")));
    int value = priorityClass.map(found -> found.path("value").asInt(0)).orElse(0);
    var policy =
        priorityClass
            .map(found -> found.path("preemptionPolicy").asString(PREEMPT))
            .orElse(PREEMPT);
    if (spec.path("priority").isNumber() && spec.path("priority").asInt() != value) {
      throw Requests.forbidden(
          request,
          "the integer value of priority ("
              + spec.path("priority").asInt()
              + ") must not be provided in pod spec; priority admission controller computed "
              + value
              + " from the given PriorityClass name");
    }
    var asked = spec.path("preemptionPolicy").asString(policy);
    if (!asked.equals(policy)) {
      throw Requests.forbidden(
          request,
          "the string value of PreemptionPolicy ("
              + asked
              + ") must not be provided in pod spec; priority admission controller computed "
              + policy
              + " from the given PriorityClass name");
    }
    spec.put("priority", value);
    spec.put("preemptionPolicy", policy);
  }

  @Override
  public void validate(AdmissionRequest request) {
    boolean isWrite =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (!isWrite
        || !Requests.isOf(request, GROUP, "PriorityClass")
        || !request.object().orElseThrow().path("globalDefault").asBoolean(false)) {
      return;
    }
    globalDefault()
        .map(found -> found.path("metadata").path("name").asString(""))
        .filter(name -> !name.equals(request.target().name()))
        .ifPresent(
            name -> {
              throw Requests.forbidden(
                  request,
                  "PriorityClass "
                      + name
                      + " is already marked as default. Only one default can exist");
            });
  }

  /** Whoever replaces a pod need not repeat what was filled in when it was made. */
  private static void keep(AdmissionRequest request) {
    var spec = request.object().orElseThrow().withObject("spec");
    var old = request.oldObject().orElseThrow().path("spec");
    for (var field : FILLED_IN) {
      if (!spec.hasNonNull(field) && old.hasNonNull(field)) {
        spec.set(field, old.path(field));
      }
    }
  }

  private ObjectNode named(AdmissionRequest request, String name) {
    return view.findNow(GROUP, PLURAL, "", name)
        .orElseThrow(
            () -> Requests.forbidden(request, "no PriorityClass with name " + name + " was found"));
  }

  private Optional<ObjectNode> globalDefault() {
    return view.list(GROUP, PLURAL, "").stream()
        .filter(found -> found.path("globalDefault").asBoolean(false))
        .min(Comparator.comparingInt(found -> found.path("value").asInt(0)));
  }
}
