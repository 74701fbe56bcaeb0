package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.Sandbox;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A sandbox as it is kept on disk.
 *
 * @param id its name, also that of its directory
 * @param config what it was made by
 * @param place where it is on the network; an empty address on the host's
 * @param createdAt when it was made
 */
record ProcessSandbox(String id, SandboxConfig config, PodAddress place, Instant createdAt) {

  Sandbox sandbox() {
    var addresses = place.ip().isEmpty() ? List.<String>of() : List.of(place.ip());
    return new Sandbox(id, config.pod(), config.attempt(), true, addresses, createdAt);
  }

  /** Writes the files by which its containers find names. */
  void writeFiles(Path home) throws IOException {
    Files.writeString(home.resolve("hostname"), config.hostname() + "\n");
    var resolver = config.resolver();
    var text = new StringBuilder();
    if (!resolver.searches().isEmpty()) {
      text.append("search ").append(String.join(" ", resolver.searches())).append('\n');
    }
    resolver.servers().forEach(each -> text.append("nameserver ").append(each).append('\n'));
    if (!resolver.options().isEmpty()) {
      text.append("options ").append(String.join(" ", resolver.options())).append('\n');
    }
    Files.writeString(home.resolve("resolv.conf"), text);
  }

  /** Where those files appear in a container, unless it has something else there. */
  List<Mount> mounts(Path home, List<Mount> own) {
    var mounts = new ArrayList<Mount>();
    mounts.add(new Mount(home.resolve("resolv.conf"), "/etc/resolv.conf", false));
    if (!config.sharing().hostNetwork()) {
      mounts.add(new Mount(home.resolve("hostname"), "/etc/hostname", false));
    }
    mounts.removeIf(each -> own.stream().anyMatch(it -> it.target().equals(each.target())));
    mounts.addAll(own);
    return mounts;
  }
}
