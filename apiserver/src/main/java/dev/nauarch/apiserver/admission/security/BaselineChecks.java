package dev.nauarch.apiserver.admission.security;

import static dev.nauarch.apiserver.admission.security.PodForm.named;
import static dev.nauarch.apiserver.admission.security.PodForm.number;
import static dev.nauarch.apiserver.admission.security.PodForm.quoted;
import static dev.nauarch.apiserver.admission.security.PodForm.uses;

import dev.nauarch.apiserver.admission.security.Check.Finding;
import dev.nauarch.apiserver.admission.security.Standard.Level;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the level {@code baseline} forbids: known ways out of a container. */
final class BaselineChecks {

  static final String CAPABILITIES = "capabilities_baseline";
  static final String HOST_PATHS = "hostPathVolumes";
  static final String PROC_MOUNT = "procMount";
  static final String SECCOMP = "seccompProfile_baseline";

  private static final Set<String> CAPABILITIES_ALLOWED =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");
  private static final Set<String> SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t");
  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start");
  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP_OF_POD = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_OF_CONTAINER =
      "container.seccomp.security.alpha.kubernetes.io/";

  private BaselineChecks() {}

  /** In the order in which findings are told. */
  static List<Check> all() {
    var reserved = with(SYSCTLS, "net.ipv4.ip_local_reserved_ports");
    var alive =
        with(
            reserved,
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    var buffers = with(alive, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");
    var engine = with(SELINUX_TYPES, "container_engine_t");
    var level = Level.BASELINE;
    return List.of(
        Check.of("appArmorProfile", level, 0, BaselineChecks::appArmor),
        Check.of(CAPABILITIES, level, 0, BaselineChecks::capabilities),
        Check.of("hostNamespaces", level, 0, BaselineChecks::hostNamespaces),
        Check.of(HOST_PATHS, level, 0, BaselineChecks::hostPaths),
        Check.of("hostPorts", level, 0, BaselineChecks::hostPorts),
        Check.of("hostProbesAndHostLifecycle", level, 34, BaselineChecks::hosts),
        Check.of("privileged", level, 0, BaselineChecks::privileged),
        Check.of(PROC_MOUNT, level, 0, BaselineChecks::procMount)
            .since(35, pod -> pod.hasOwnUsers() ? Optional.empty() : procMount(pod)),
        Check.of("seLinuxOptions", level, 0, pod -> seLinux(pod, SELINUX_TYPES))
            .since(31, pod -> seLinux(pod, engine)),
        Check.of(SECCOMP, level, 0, BaselineChecks::seccompAnnotations)
            .since(19, BaselineChecks::seccomp),
        Check.of("sysctls", level, 0, pod -> sysctls(pod, SYSCTLS))
            .since(27, pod -> sysctls(pod, reserved))
            .since(29, pod -> sysctls(pod, alive))
            .since(32, pod -> sysctls(pod, buffers)),
        Check.of("windowsHostProcess", level, 0, BaselineChecks::hostProcess));
  }

  private static Set<String> with(Set<String> some, String... more) {
    var all = new TreeSet<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static Optional<Finding> finding(boolean isFound, String reason, String detail) {
    return isFound ? Optional.of(new Finding(reason, detail)) : Optional.empty();
  }

  /** Notes what was found; says whether that is anything. */
  private static boolean note(Collection<String> found, Collection<String> notes) {
    notes.addAll(found);
    return !found.isEmpty();
  }

  private static Optional<Finding> appArmor(PodForm pod) {
    var types = new TreeSet<String>();
    var setters =
        pod.settersWhose(
            context -> isBadType(context, "appArmorProfile", types, "RuntimeDefault", "Localhost"));
    var values = new ArrayList<>(types);
    var annotations = new TreeSet<String>();
    for (var annotation : pod.annotations().properties()) {
      var profile = annotation.getValue().asString("");
      boolean isAllowed =
          profile.isEmpty()
              || profile.equals("runtime/default")
              || profile.startsWith("localhost/");
      if (annotation.getKey().startsWith(APPARMOR) && !isAllowed) {
        annotations.add(annotation.getKey() + "=" + Json.quoted(profile));
      }
    }
    values.addAll(annotations);
    var all =
        Stream.of(setters, annotations.isEmpty() ? "" : number("annotation", annotations))
            .filter(setter -> !setter.isEmpty())
            .toList();
    return finding(
        !all.isEmpty(),
        number("forbidden AppArmor profile", values),
        String.join(" and ", all) + " must not set AppArmor profile type to " + quoted(values));
  }

  /** Whether a profile is there whose type is none of those; its type is noted. */
  static boolean isBadType(
      JsonNode context, String profile, Collection<String> types, String... allowed) {
    var type = context.path(profile).path("type").asString("");
    boolean isBad = context.hasNonNull(profile) && !List.of(allowed).contains(type);
    if (isBad) {
      types.add(type);
    }
    return isBad;
  }

  private static Optional<Finding> capabilities(PodForm pod) {
    var added = new TreeSet<String>();
    var containers = pod.containersWhose(context -> adds(context, CAPABILITIES_ALLOWED, added));
    return finding(
        !containers.isEmpty(),
        "non-default capabilities",
        named("container", containers)
            + " must not include "
            + quoted(added)
            + " in securityContext.capabilities.add");
  }

  /** Whether capabilities are added that are none of those; they are noted. */
  static boolean adds(JsonNode context, Set<String> allowed, Collection<String> added) {
    boolean isBad = false;
    for (var capability : context.path("capabilities").path("add")) {
      if (!allowed.contains(capability.asString(""))) {
        isBad = true;
        added.add(capability.asString(""));
      }
    }
    return isBad;
  }

  private static Optional<Finding> hostNamespaces(PodForm pod) {
    var shared =
        Stream.of("hostNetwork", "hostPID", "hostIPC")
            .filter(name -> pod.spec().path(name).asBoolean(false))
            .map(name -> name + "=true")
            .toList();
    return finding(!shared.isEmpty(), "host namespaces", String.join(", ", shared));
  }

  private static Optional<Finding> hostPaths(PodForm pod) {
    var volumes = new ArrayList<String>();
    for (var volume : pod.spec().path("volumes")) {
      if (volume.hasNonNull("hostPath")) {
        volumes.add(volume.path("name").asString(""));
      }
    }
    return finding(!volumes.isEmpty(), "hostPath volumes", named("volume", volumes));
  }

  private static Optional<Finding> hostPorts(PodForm pod) {
    var ports = new TreeSet<String>();
    var containers =
        pod.containersWith(
            container -> {
              var own = new ArrayList<String>();
              for (var port : container.path("ports")) {
                own.add(port.path("hostPort").asString("0"));
              }
              own.removeIf(port -> port.equals("0"));
              return note(own, ports);
            });
    return finding(
        !containers.isEmpty(),
        "hostPort",
        "%s %s %s %s"
            .formatted(
                named("container", containers),
                uses(containers),
                number("hostPort", ports),
                String.join(", ", ports)));
  }

  private static Optional<Finding> hosts(PodForm pod) {
    var hosts = new TreeSet<String>();
    var containers =
        new TreeSet<>(
            pod.containersWith(
                container -> {
                  var before = new ArrayList<String>();
                  PROBES.forEach(probe -> addHosts(container.path(probe), before));
                  addHosts(container.path("lifecycle").path("postStart"), before);
                  addHosts(container.path("lifecycle").path("preStop"), before);
                  return note(before, hosts);
                }));
    return finding(
        !containers.isEmpty(),
        "probe or lifecycle host",
        "%s %s %s %s"
            .formatted(
                named("container", containers),
                uses(containers),
                number("probe or lifecycle host", hosts),
                quoted(hosts)));
  }

  private static void addHosts(JsonNode handler, Collection<String> hosts) {
    for (var way : List.of("httpGet", "tcpSocket")) {
      var host = handler.path(way).path("host").asString("");
      if (!host.isEmpty()) {
        hosts.add(host);
      }
    }
  }

  private static Optional<Finding> privileged(PodForm pod) {
    var containers = pod.containersWhose(context -> context.path("privileged").asBoolean(false));
    return finding(
        !containers.isEmpty(),
        "privileged",
        named("container", containers) + " must not set securityContext.privileged=true");
  }

  static Optional<Finding> procMount(PodForm pod) {
    var types = new TreeSet<String>();
    var containers =
        pod.containersWhose(
            context -> {
              var type = context.path("procMount").asString("Default");
              return note(type.equals("Default") ? List.of() : List.of(type), types);
            });
    return finding(
        !containers.isEmpty(),
        "procMount",
        named("container", containers)
            + " must not set securityContext.procMount to "
            + quoted(types));
  }

  private static Optional<Finding> seLinux(PodForm pod, Set<String> allowed) {
    var types = new TreeSet<String>();
    var forbidden = new TreeSet<String>();
    var setters =
        pod.settersWhose(
            context -> {
              var options = context.path("seLinuxOptions");
              var type = options.path("type").asString("");
              boolean isBad = note(allowed.contains(type) ? List.of() : List.of(type), types);
              var set =
                  Stream.of("user", "role")
                      .filter(name -> !options.path(name).asString("").isEmpty())
                      .toList();
              return note(set, forbidden) || isBad;
            });
    var what = new ArrayList<String>();
    if (!types.isEmpty()) {
      what.add(named("type", types));
    }
    for (var name : List.of("user", "role")) {
      if (forbidden.contains(name)) {
        what.add(name + " may not be set");
      }
    }
    return finding(
        !setters.isEmpty(),
        "seLinuxOptions",
        setters + " set forbidden securityContext.seLinuxOptions: " + String.join("; ", what));
  }

  private static Optional<Finding> seccompAnnotations(PodForm pod) {
    var forbidden = new TreeSet<String>();
    var names = new ArrayList<>(List.of(SECCOMP_OF_POD));
    pod.containersWith(_ -> true).forEach(name -> names.add(SECCOMP_OF_CONTAINER + name));
    for (var name : names) {
      var value = pod.annotations().path(name).asString("");
      boolean isAllowed =
          value.equals("runtime/default")
              || value.equals("docker/default")
              || value.startsWith("localhost/");
      if (pod.annotations().has(name) && !isAllowed) {
        forbidden.add(name + "=" + Json.quoted(value));
      }
    }
    return finding(
        !forbidden.isEmpty(),
        "seccompProfile",
        "forbidden " + number("annotation", forbidden) + " " + String.join(", ", forbidden));
  }

  static Optional<Finding> seccomp(PodForm pod) {
    var types = new TreeSet<String>();
    var setters =
        pod.settersWhose(
            context -> isBadType(context, "seccompProfile", types, "RuntimeDefault", "Localhost"));
    return finding(
        !setters.isEmpty(),
        "seccompProfile",
        setters + " must not set securityContext.seccompProfile.type to " + quoted(types));
  }

  private static Optional<Finding> sysctls(PodForm pod, Set<String> allowed) {
    var forbidden = new ArrayList<String>();
    for (var sysctl : pod.podContext().path("sysctls")) {
      if (!allowed.contains(sysctl.path("name").asString(""))) {
        forbidden.add(sysctl.path("name").asString(""));
      }
    }
    return finding(!forbidden.isEmpty(), "forbidden sysctls", String.join(", ", forbidden));
  }

  private static Optional<Finding> hostProcess(PodForm pod) {
    var setters =
        pod.settersWhose(
            context -> context.path("windowsOptions").path("hostProcess").asBoolean(false));
    return finding(
        !setters.isEmpty(),
        "hostProcess",
        setters + " must not set securityContext.windowsOptions.hostProcess=true");
  }
}
