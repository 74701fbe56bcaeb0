package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.PodAmounts;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives containers the requests and limits that a namespace's LimitRanges have for those that state
 * none, and refuses pods and claims that ask for more or less than these allow.
 */
final class LimitRanger implements Admission {

  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  private final ObjectView view;

  LimitRanger(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (isOfPod(request)) {
      for (var range : ranges(request)) {
        fill(request.object().orElseThrow(), range);
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!isOfPod(request) && !isOfClaim(request)) {
      return;
    }
    for (var range : ranges(request)) {
      var problems = new LinkedHashSet<String>();
      for (var limit : range.path("spec").path("limits")) {
        check(request, new LimitCheck(limit, problems));
      }
      if (!problems.isEmpty()) {
        throw Requests.forbidden(
            request,
            problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]");
      }
    }
  }

  private static boolean isOfPod(AdmissionRequest request) {
    boolean isResize =
        request.operation() == Operation.UPDATE && request.subresource().equals("resize");
    return request.kind().kind().equals("Pod")
        && request.kind().group().isEmpty()
        && (Requests.creates(request, "", "Pod") || isResize);
  }

  private static boolean isOfClaim(AdmissionRequest request) {
    return Requests.isOf(request, "", "PersistentVolumeClaim")
        && (request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE);
  }

  private List<ObjectNode> ranges(AdmissionRequest request) {
    boolean isEnding =
        request
            .oldObject()
            .filter(old -> old.path("metadata").has("deletionTimestamp"))
            .isPresent();
    return isEnding ? List.of() : view.list("", "limitranges", request.target().namespace());
  }

  private static void fill(ObjectNode pod, ObjectNode range) {
    var notes = new ArrayList<String>();
    for (var container : pod.path("spec").path("containers")) {
      fill((ObjectNode) container, range, "container ", notes);
    }
    for (var container : pod.path("spec").path("initContainers")) {
      fill((ObjectNode) container, range, "init container ", notes);
    }
    if (!notes.isEmpty()) {
      pod.withObject("metadata")
          .withObjectProperty("annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", notes));
    }
  }

  private static void fill(
      ObjectNode container, ObjectNode range, String what, List<String> notes) {
    var name = what + container.path("name").asString("");
    var requested = new TreeSet<String>();
    var limited = new TreeSet<String>();
    for (var limit : range.path("spec").path("limits")) {
      if (limit.path("type").asString("").equals("Container")) {
        limited.addAll(copy(limit.path("default"), container, "limits"));
        requested.addAll(copy(limit.path("defaultRequest"), container, "requests"));
      }
    }
    if (!requested.isEmpty()) {
      notes.add(String.join(", ", requested) + " request for " + name);
    }
    if (!limited.isEmpty()) {
      notes.add(String.join(", ", limited) + " limit for " + name);
    }
  }

  private static Set<String> copy(JsonNode amounts, ObjectNode container, String list) {
    var filled = new TreeSet<String>();
    for (var amount : amounts.properties()) {
      var target = container.withObjectProperty("resources").withObjectProperty(list);
      if (!target.has(amount.getKey())) {
        target.set(amount.getKey(), amount.getValue());
        filled.add(amount.getKey());
      }
    }
    return filled;
  }

  private static void check(AdmissionRequest request, LimitCheck limit) {
    var spec = request.object().orElseThrow().path("spec");
    switch (limit.type()) {
      case "Container" -> {
        for (var list : List.of("containers", "initContainers")) {
          for (var container : spec.path(list)) {
            var resources = container.path("resources");
            limit.check(amounts(resources.path("requests")), amounts(resources.path("limits")));
          }
        }
      }
      case "Pod" -> {
        if (isOfPod(request)) {
          var pod = ModelCodec.decode(spec, PodSpec.class);
          limit.check(PodAmounts.specRequests(pod), PodAmounts.specLimits(pod));
        }
      }
      case "PersistentVolumeClaim" -> {
        if (isOfClaim(request)) {
          limit.checkRequests(amounts(spec.path("resources").path("requests")));
        }
      }
      default -> {
        // A type of somebody else's.
      }
    }
  }

  static Amounts amounts(JsonNode list) {
    var all = Amounts.NONE;
    for (var amount : list.properties()) {
      all = all.with(amount.getKey(), Amount.parse(amount.getValue().asString("0")));
    }
    return all;
  }
}
