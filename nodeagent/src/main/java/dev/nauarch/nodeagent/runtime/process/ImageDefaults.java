package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.api.StopSignal;
import dev.nauarch.nodeagent.image.registry.ImageConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a container is that leaves something to its image. */
final class ImageDefaults {
  private ImageDefaults() {}

  /** The program with its arguments, as a container and its image have it between them. */
  static List<String> command(ContainerConfig config, ImageConfig image) {
    if (!config.command().isEmpty()) {
      return joined(config.command(), config.arguments());
    }
    return joined(
        image.entrypoint(), config.arguments().isEmpty() ? image.command() : config.arguments());
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /**
   * Fills a configuration up, so that nothing is left to the image.
   *
   * @param account the container's user, or the image's where it says none
   */
  static ContainerConfig apply(
      ContainerConfig config, ImageConfig image, Account account, String hostname) {
    var directory =
        config.workingDirectory().isEmpty() ? image.workingDirectory() : config.workingDirectory();
    return config.whole(
        command(config, image),
        environment(config, image, account, hostname),
        directory.startsWith("/") ? directory : "/" + directory,
        security(config.security(), account),
        config.stopSignal() == 0 ? stopSignal(image.stopSignal()) : config.stopSignal());
  }

  /** The same for the image {@code host}, which has none of it. */
  static ContainerConfig ofHost(ContainerConfig config) {
    return config.whole(
        command(config, ImageConfig.NONE),
        config.environment(),
        config.workingDirectory(),
        config.security(),
        config.stopSignal() == 0 ? StopSignal.TERM : config.stopSignal());
  }

  private static Map<String, String> environment(
      ContainerConfig config, ImageConfig image, Account account, String hostname) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("PATH", LaunchScript.DEFAULT_PATH);
    environment.put("HOSTNAME", hostname);
    environment.putAll(image.environment());
    environment.putAll(config.environment());
    environment.putIfAbsent("HOME", account.home());
    return environment;
  }

  private static Security security(Security said, Account account) {
    var groups = new TreeSet<>(said.strictGroups() ? List.<Long>of() : account.groups());
    groups.addAll(said.groups());
    return new Security(
        account.user(),
        "",
        said.group() >= 0 ? said.group() : account.group(),
        List.copyOf(groups),
        said.strictGroups(),
        said.privileged(),
        said.addCapabilities(),
        said.dropCapabilities(),
        said.noNewPrivileges(),
        said.readOnlyRoot(),
        said.confinement());
  }

  /** A signal by name, with or without SIG, or by number. */
  private static int stopSignal(String said) {
    if (said.isEmpty()) {
      return StopSignal.TERM;
    }
    if (said.matches("[0-9]{1,2}")) {
      return Integer.parseInt(said);
    }
    return StopSignal.number(said.startsWith("SIG") ? said : "SIG" + said);
  }
}
