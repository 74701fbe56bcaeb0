package dev.nauarch.launcher.command;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code nau completion}. */
@Command(
    name = "nau completion",
    description = "Prints a completion script: source <(nau completion bash)",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {

  /** The shells. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    System.out.print(
        switch (shell) {
          case bash -> bash();
          case zsh -> "autoload -U +X bashcompinit && bashcompinit\n" + bash();
          case fish -> fish();
        });
    return ExitCode.OK.number();
  }

  private static String bash() {
    var cases = new StringBuilder();
    for (var name : Commands.names()) {
      cases.append("    %s) words=\"%s\" ;;\n".formatted(name, options(name)));
    }
    return """
        _nau() {
          local words
          if [ "$COMP_CWORD" -eq 1 ]; then
            words="%s"
          else
            case "${COMP_WORDS[1]}" in
        %s    esac
          fi
          COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _nau nau
        """
        .formatted(String.join(" ", Commands.names()), cases);
  }

  private static String fish() {
    var script = new StringBuilder();
    for (var name : Commands.names()) {
      script.append("complete -c nau -f -n __fish_use_subcommand -a %s\n".formatted(name));
      for (var option : options(name).split(" ", -1)) {
        if (option.startsWith("--")) {
          script.append(
              "complete -c nau -n '__fish_seen_subcommand_from %s' -l %s\n"
                  .formatted(name, option.substring(2)));
        }
      }
    }
    return script.toString();
  }

  private static String options(String command) {
    var options = Commands.parser(command).getCommandSpec().optionsMap().keySet();
    return StreamSupport.stream(options.spliterator(), false)
        .filter(option -> option.startsWith("--"))
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
