package dev.nauarch.launcher.command;

import dev.nauarch.launcher.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nau version}. */
@Command(
    name = "nau version",
    description = "The versions of nau, of the Kubernetes API it serves, and of Java.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.println("nau         " + Version.OWN);
    System.out.println("Kubernetes  v" + Version.KUBERNETES);
    System.out.println("Java        " + Runtime.version());
    return ExitCode.OK.number();
  }
}
