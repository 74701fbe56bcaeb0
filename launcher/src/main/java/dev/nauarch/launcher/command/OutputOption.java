package dev.nauarch.launcher.command;

import picocli.CommandLine.Option;

/** How a command says what it found. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (${DEFAULT-VALUE}).")
  private String output = "text";

  /**
   * Whether it is for programs.
   *
   * @throws CommandFailure it is none that there is
   */
  boolean isJson() {
    return switch (output) {
      case "text" -> false;
      case "json" -> true;
      default ->
          throw new CommandFailure(
              ExitCode.USAGE, "--output " + output + ": expected text or json");
    };
  }
}
