package dev.nauarch.apiserver.admission.security;

import static dev.nauarch.apiserver.admission.security.PodForm.named;
import static dev.nauarch.apiserver.admission.security.PodForm.number;
import static dev.nauarch.apiserver.admission.security.PodForm.quoted;
import static dev.nauarch.apiserver.admission.security.PodForm.uses;

import dev.nauarch.apiserver.admission.security.Check.Finding;
import dev.nauarch.apiserver.admission.security.Standard.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** What the level {@code restricted} forbids beyond {@code baseline}, or wants to be set. */
final class RestrictedChecks {

  private static final List<String> VOLUMES =
      List.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private RestrictedChecks() {}

  /** In the order in which findings are told. */
  static List<Check> all() {
    var level = Level.RESTRICTED;
    return List.of(
        Check.of("allowPrivilegeEscalation", level, 8, RestrictedChecks::escalation)
            .since(25, notOfWindows(RestrictedChecks::escalation)),
        Check.of("capabilities_restricted", level, 22, RestrictedChecks::capabilities)
            .since(25, notOfWindows(RestrictedChecks::capabilities))
            .inPlaceOf(BaselineChecks.CAPABILITIES),
        Check.of("procMount_restricted", level, 35, BaselineChecks::procMount)
            .inPlaceOf(BaselineChecks.PROC_MOUNT),
        Check.of("restrictedVolumes", level, 0, RestrictedChecks::volumes)
            .inPlaceOf(BaselineChecks.HOST_PATHS),
        Check.of("runAsNonRoot", level, 0, RestrictedChecks::nonRoot)
            .since(35, withoutOwnUsers(RestrictedChecks::nonRoot)),
        Check.of("runAsUser", level, 23, RestrictedChecks::user)
            .since(35, withoutOwnUsers(RestrictedChecks::user)),
        Check.of("seccompProfile_restricted", level, 19, RestrictedChecks::seccomp)
            .since(25, notOfWindows(RestrictedChecks::seccomp))
            .inPlaceOf(BaselineChecks.SECCOMP));
  }

  private static Function<PodForm, Optional<Finding>> notOfWindows(
      Function<PodForm, Optional<Finding>> rule) {
    return pod -> pod.isOfWindows() ? Optional.empty() : rule.apply(pod);
  }

  private static Function<PodForm, Optional<Finding>> withoutOwnUsers(
      Function<PodForm, Optional<Finding>> rule) {
    return pod -> pod.hasOwnUsers() ? Optional.empty() : rule.apply(pod);
  }

  private static Optional<Finding> escalation(PodForm pod) {
    var containers =
        pod.containersWhose(context -> context.path("allowPrivilegeEscalation").asBoolean(true));
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "allowPrivilegeEscalation != false",
                named("container", containers)
                    + " must set securityContext.allowPrivilegeEscalation=false"));
  }

  private static Optional<Finding> capabilities(PodForm pod) {
    var details = new ArrayList<String>();
    var keeping = pod.containersWhose(context -> !dropsAll(context));
    if (!keeping.isEmpty()) {
      details.add(
          named("container", keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    var added = new TreeSet<String>();
    var adding =
        pod.containersWhose(
            context -> BaselineChecks.adds(context, Set.of("NET_BIND_SERVICE"), added));
    if (!adding.isEmpty()) {
      details.add(
          named("container", adding)
              + " must not include "
              + quoted(added)
              + " in securityContext.capabilities.add");
    }
    return details.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding("unrestricted capabilities", String.join("; ", details)));
  }

  private static boolean dropsAll(JsonNode context) {
    return context
        .path("capabilities")
        .path("drop")
        .valueStream()
        .anyMatch(capability -> capability.asString("").equals("ALL"));
  }

  private static Optional<Finding> volumes(PodForm pod) {
    var names = new ArrayList<String>();
    var types = new TreeSet<String>();
    for (var volume : pod.spec().path("volumes")) {
      if (VOLUMES.stream().noneMatch(volume::hasNonNull)) {
        names.add(volume.path("name").asString(""));
        var type =
            volume.properties().stream()
                .filter(field -> field.getValue().isObject())
                .map(field -> field.getKey())
                .findFirst();
        types.add(type.orElse("unknown"));
      }
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "restricted volume types",
                "%s %s %s %s"
                    .formatted(
                        named("volume", names),
                        uses(names),
                        number("restricted volume type", types),
                        quoted(types))));
  }

  private static Optional<Finding> nonRoot(PodForm pod) {
    var reason = "runAsNonRoot != true";
    var setters =
        pod.settersWhose(
            context ->
                context.hasNonNull("runAsNonRoot")
                    && !context.path("runAsNonRoot").asBoolean(true));
    if (!setters.isEmpty()) {
      return Optional.of(
          new Finding(reason, setters + " must not set securityContext.runAsNonRoot=false"));
    }
    boolean isSetByPod = pod.podContext().path("runAsNonRoot").asBoolean(false);
    var open =
        isSetByPod
            ? List.<String>of()
            : pod.containersWhose(context -> !context.hasNonNull("runAsNonRoot"));
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                reason,
                "pod or "
                    + named("container", open)
                    + " must set securityContext.runAsNonRoot=true"));
  }

  private static Optional<Finding> user(PodForm pod) {
    var setters = pod.settersWhose(context -> context.path("runAsUser").asLong(1) == 0);
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding("runAsUser=0", setters + " must not set runAsUser=0"));
  }

  private static Optional<Finding> seccomp(PodForm pod) {
    var bad = BaselineChecks.seccomp(pod);
    if (bad.isPresent()) {
      return bad;
    }
    boolean isSetByPod = pod.podContext().hasNonNull("seccompProfile");
    var open =
        isSetByPod
            ? List.<String>of()
            : pod.containersWhose(context -> !context.hasNonNull("seccompProfile"));
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "seccompProfile",
                "pod or "
                    + named("container", open)
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                    + " \"Localhost\""));
  }
}
