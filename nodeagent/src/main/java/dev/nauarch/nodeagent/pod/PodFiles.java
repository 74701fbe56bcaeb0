package dev.nauarch.nodeagent.pod;

import dev.nauarch.nodeagent.ClusterDns;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the files by which a pod's programs find names: hosts, hostname, resolv.conf. */
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

  /** Writes all of them. */
  void write(Pod pod, String address, Optional<ClusterDns> dns) throws IOException, ConfigFault {
    Files.createDirectories(directory);
    var hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    Files.writeString(directory.resolve("hostname"), kernelName(pod, dns) + "\n");
    Files.writeString(
        directory.resolve("hosts"),
        hostNetwork ? hostHosts(pod) : hosts(pod, address, dns.map(ClusterDns::domain)));
    Files.writeString(directory.resolve("resolv.conf"), resolvConf(pod, dns, hostNetwork));
  }

  /** Where they appear in every container. */
  List<Mount> mounts(Pod pod) {
    var mounts = new ArrayList<Mount>();
    mounts.add(new Mount(directory.resolve("hosts"), "/etc/hosts", false));
    mounts.add(new Mount(directory.resolve("resolv.conf"), "/etc/resolv.conf", false));
    if (!Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      mounts.add(new Mount(directory.resolve("hostname"), "/etc/hostname", false));
    }
    return mounts;
  }

  private static String hostHosts(Pod pod) throws IOException {
    return Files.readString(Path.of("/etc/hosts")) + aliases(pod);
  }

  private static String hosts(Pod pod, String address, Optional<String> domain) {
    var full = fullName(pod, domain);
    return """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters
        """
        + address
        + "\t"
        + (full.isEmpty() ? "" : full + "\t")
        + hostname(pod)
        + "\n"
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

  private static String resolvConf(Pod pod, Optional<ClusterDns> dns, boolean hostNetwork)
      throws IOException {
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
    return resolver.text();
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

    String text() {
      var text = new StringBuilder();
      if (!searches.isEmpty()) {
        text.append("search ").append(String.join(" ", searches)).append('\n');
      }
      servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
      if (!options.isEmpty()) {
        text.append("options ").append(String.join(" ", options)).append('\n');
      }
      return text.toString();
    }
  }
}
