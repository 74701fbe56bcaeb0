package dev.nauarch.expression;

import java.util.regex.Pattern;

/** Says what a compiler found in the words of the one that Kubernetes uses. */
final class CompilerWords {

  private static final Pattern CANDIDATES =
      Pattern.compile(" \\(candidates: .*\\)$", Pattern.MULTILINE);

  private static final Pattern SYNTAX =
      Pattern.compile(
          "^(ERROR: <input>:\\d+:\\d+: )(?=mismatched input|extraneous input|missing |no viable"
              + " alternative|token recognition error)",
          Pattern.MULTILINE);

  private CompilerWords() {}

  static String ofKubernetes(Exception invalid) {
    var text = CANDIDATES.matcher(String.valueOf(invalid.getMessage())).replaceAll("");
    return SYNTAX.matcher(text).replaceAll("$1Syntax error: ");
  }
}
