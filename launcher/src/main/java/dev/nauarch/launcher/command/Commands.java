package dev.nauarch.launcher.command;

import dev.nauarch.api.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Finds the class of a command, lets picocli fill it and runs it. */
public final class Commands {
  private static final Set<String> HIDDEN = Set.of("server", "agent");
  private static final Map<String, Supplier<Callable<Integer>>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand::new);
    COMMANDS.put("down", DownCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("ls", ListCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("why", WhyCommand::new);
    COMMANDS.put("plan", PlanCommand::new);
    COMMANDS.put("logs", LogsCommand::new);
    COMMANDS.put("kubeconfig", KubeconfigCommand::new);
    COMMANDS.put("kubectl", KubectlCommand::new);
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("version", VersionCommand::new);
    COMMANDS.put("completion", CompletionCommand::new);
    COMMANDS.put("join", JoinCommand::new);
    COMMANDS.put("token", TokenCommand::new);
    COMMANDS.put("server", ServerCommand::new);
    COMMANDS.put("agent", AgentCommand::new);
  }

  private Commands() {}

  /** The names that completion offers; those of processes that stay are not among them. */
  static Iterable<String> names() {
    return COMMANDS.keySet().stream().filter(name -> !HIDDEN.contains(name)).toList();
  }

  /** Every command's class with its options read, for completion. */
  static CommandLine parser(String name) {
    var command = COMMANDS.get(name);
    if (command == null) {
      throw new IllegalArgumentException(name + " is no command");
    }
    return new CommandLine(command.get());
  }

  /**
   * Writes each command's help into a file {@code NAME.txt}, which is quicker printed than made.
   *
   * @param directory where to; it is made where it is not there
   */
  public static void writeHelp(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (var name : names()) {
      var help = parser(name).getUsageMessage(CommandLine.Help.Ansi.OFF);
      Files.writeString(directory.resolve(name + ".txt"), help);
    }
  }

  /**
   * Runs one command.
   *
   * @param words the command's name and its arguments
   * @return the exit code
   */
  public static int run(String... words) {
    if (!COMMANDS.containsKey(words[0])) {
      System.err.println("nau: no command " + words[0] + "; nau --help lists them");
      return ExitCode.USAGE.number();
    }
    return parser(words[0])
        .setExecutionExceptionHandler((failure, line, result) -> report(failure))
        .execute(Arrays.copyOfRange(words, 1, words.length));
  }

  private static int report(Exception failure) {
    var code =
        switch (failure) {
          case CommandFailure f -> f.code();
          case ApiException e ->
              switch (e.reason()) {
                case NOT_FOUND -> ExitCode.NOT_FOUND;
                case CONFLICT, ALREADY_EXISTS -> ExitCode.CONFLICT;
                case FORBIDDEN, UNAUTHORIZED -> ExitCode.DENIED;
                case SERVICE_UNAVAILABLE -> ExitCode.NO_CLUSTER;
                default -> ExitCode.ERROR;
              };
          default -> ExitCode.ERROR;
        };
    var isExpected = failure instanceof CommandFailure || failure instanceof ApiException;
    System.err.println("nau: " + (isExpected ? failure.getMessage() : failure.toString()));
    return code.number();
  }
}
