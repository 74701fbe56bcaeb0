package dev.nauarch.nodeagent.pod;

import dev.nauarch.nodeagent.ClusterDns;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a pod's programs find names: what it is called, the file of hosts, the name servers. */
final class PodFiles {
  private static final int KERNEL_NAME_MAX = 64;
  private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Path directory;

  PodFiles(Path directory) {
    this.directory = directory;
  }

  /** The host name that a pod's programs see. */
  static String hostname(Pod pod) {
    var spec = pod.getSpec();
    var name =
        spec.getHostnameOverride() != null
            ? spec.getHostnameOverride()
            : spec.getHostname() == null || spec.getHostname().isEmpty()
                ? pod.getMetadata().getName()
                : spec.getHostname();
    return name.length() > 63 ? name.substring(0, 63) : name;
  }

  /**
   * The name that the kernel gives a pod's programs: the full one where the pod wants that and has
   * one.
   *
   * @throws ConfigFault where the full one is longer than the kernel takes
   */
  static String kernelName(Pod pod, Optional<ClusterDns> dns) throws ConfigFault {
    var full = fullName(pod, dns.map(ClusterDns::domain));
    if (!Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN()) || full.isEmpty()) {
      return hostname(pod);
    }
    if (full.length() > KERNEL_NAME_MAX) {
      throw new ConfigFault(
          "the full name " + full + " is longer than " + KERNEL_NAME_MAX + " characters");
    }
    return full;
  }

  /** The name that a pod has in DNS by its subdomain; empty for none. */
  private static String fullName(Pod pod, Optional<String> domain) {
    var subdomain = pod.getSpec().getSubdomain();
    return subdomain == null || subdomain.isEmpty()
        ? ""
        : "%s.%s.%s.svc.%s"
            .formatted(
                hostname(pod),
                subdomain,
                pod.getMetadata().getNamespace(),
                domain.orElse("cluster.local"));
  }

  /** Writes them. */
  void write(Pod pod, List<String> addresses, Optional<ClusterDns> dns) throws IOException {
    Files.createDirectories(directory);
    var hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    Files.writeString(
        directory.resolve("hosts"),
        hostNetwork ? hostHosts(pod) : hosts(pod, addresses, dns.map(ClusterDns::domain)));
  }

  /** Where they appear in every container. */
  List<Mount> mounts() {
    return List.of(new Mount(directory.resolve("hosts"), "/etc/hosts", false));
  }

  private static String hostHosts(Pod pod) throws IOException {
    return Files.readString(Path.of("/etc/hosts")) + aliases(pod);
  }

  private static String hosts(Pod pod, List<String> addresses, Optional<String> domain) {
    var full = fullName(pod, domain);
    var names = (full.isEmpty() ? "" : full + "\t") + hostname(pod) + "\n";
    var own = new StringBuilder();
    addresses.forEach(address -> own.append(address).append('\t').append(names));
    return """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters
        """
        + own
        + aliases(pod);
  }

  private static String aliases(Pod pod) {
    var text = new StringBuilder();
    for (HostAlias alias : pod.getSpec().getHostAliases()) {
      text.append(alias.getIp()).append('\t');
      text.append(String.join("\t", alias.getHostnames())).append('\n');
    }
    return text.toString();
  }

  /** How a pod's programs find names. */
  static SandboxConfig.Resolver resolver(Pod pod, Optional<ClusterDns> dns) throws IOException {
    var hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    var policy =
        pod.getSpec().getDnsPolicy() == null ? "ClusterFirst" : pod.getSpec().getDnsPolicy();
    var cluster =
        dns.isPresent()
            && (policy.equals("ClusterFirstWithHostNet")
                || (policy.equals("ClusterFirst") && !hostNetwork));
    var resolver = new Resolver();
    if (cluster) {
      resolver.addCluster(dns.get(), pod.getMetadata().getNamespace());
    }
    if (!policy.equals("None") && Files.exists(HOST_RESOLV_CONF)) {
      resolver.addHost(Files.readAllLines(HOST_RESOLV_CONF), cluster);
    }
    var own = pod.getSpec().getDnsConfig();
    if (own != null) {
      resolver.servers.addAll(own.getNameservers());
      resolver.searches.addAll(own.getSearches());
      own.getOptions()
          .forEach(
              option ->
                  resolver.options.add(
                      option.getValue() == null
                          ? option.getName()
                          : option.getName() + ":" + option.getValue()));
    }
    return resolver.made();
  }

  /** What a resolv.conf says, in order and each thing once. */
  private static final class Resolver {
    private final Set<String> servers = new LinkedHashSet<>();
    private final Set<String> searches = new LinkedHashSet<>();
    private final Set<String> options = new LinkedHashSet<>();

    void addCluster(ClusterDns dns, String namespace) {
      servers.add(dns.server());
      searches.add(namespace + ".svc." + dns.domain());
      searches.add("svc." + dns.domain());
      searches.add(dns.domain());
      options.add("ndots:5");
    }

    /** Adds what the host has, of which only the search domains where the cluster answers. */
    void addHost(List<String> lines, boolean searchesOnly) {
      for (var line : lines) {
        var words = List.of(line.strip().split("\\s+", -1));
        var values = words.subList(1, words.size());
        switch (words.getFirst()) {
          case "search" -> searches.addAll(values);
          case "nameserver" -> servers.addAll(searchesOnly ? List.of() : values);
          case "options" -> options.addAll(searchesOnly ? List.of() : values);
          default -> {
            // Comments and what glibc no longer reads.
          }
        }
      }
    }

    SandboxConfig.Resolver made() {
      return new SandboxConfig.Resolver(
          List.copyOf(servers), List.copyOf(searches), List.copyOf(options));
    }
  }
}
