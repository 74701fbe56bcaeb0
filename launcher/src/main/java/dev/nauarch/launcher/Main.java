package dev.nauarch.launcher;

import dev.nauarch.launcher.command.Commands;

/** The command {@code nau}. Help comes from a table, so that it needs no other class. */
public final class Main {
  /** What {@code nau} says of itself. */
  static final String HELP =
      """
      nau: AI-native Kubernetes in one Java process

      Cluster   up          start a cluster on this machine
                down        stop it and give its context back
                status      what runs, in a few lines
                ls          the clusters of this machine
                doctor      what this machine can do, and what is missing
                join        make this machine a node of another machine's cluster
                token       tokens by which other machines join
      Look      why         why something waits, and what would help
                logs        what a pod prints
      Connect   kubeconfig  print, merge or remove the context
                kubectl     run kubectl against the cluster
      Try       demo        train a model across workers and serve it, in two minutes
                test        install what the tests need and run them
                bench       measure this build on this machine
      About     version     the versions of nau and of the API
                completion  completion for bash, zsh or fish

      nau COMMAND --help says more. Documentation: README.md
      """;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] words) {
    if (words.length == 0 || isHelp(words[0])) {
      System.out.print(HELP);
      return;
    }
    System.exit(Commands.run(words));
  }

  private static boolean isHelp(String word) {
    return word.equals("--help") || word.equals("-h") || word.equals("help");
  }
}
