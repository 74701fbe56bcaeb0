package dev.nauarch.launcher.command;

import picocli.CommandLine.Option;

/** In which namespace a command looks. */
final class NamespaceOption {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      defaultValue = "default",
      description = "Its namespace (${DEFAULT-VALUE}).")
  private String namespace = "default";

  /** The namespace's name. */
  String name() {
    return namespace;
  }
}
