package dev.nauarch.launcher.command;

import dev.nauarch.launcher.server.Machine;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nau doctor}. */
@Command(
    name = "nau doctor",
    description = {
      "What this machine can do for a cluster, and what is missing and how to get it.",
      "Exit code 1 where a cluster could not start."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    var mayStart = true;
    for (var finding : Machine.examine()) {
      var mark =
          switch (finding.grade()) {
            case GOOD -> "✓";
            case LESS -> "-";
            case MISSING -> "✗";
          };
      System.out.printf(" %s %-12s %s%n", mark, finding.subject(), finding.text());
      mayStart &= finding.grade() != Machine.Grade.MISSING;
    }
    return (mayStart ? ExitCode.OK : ExitCode.ERROR).number();
  }
}
