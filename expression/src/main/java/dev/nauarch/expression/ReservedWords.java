package dev.nauarch.expression;

import java.util.List;

/** The words that no name in an expression may be. */
public final class ReservedWords {

  private static final List<String> ALL =
      List.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private ReservedWords() {}

  /** Whether a name is one of them. */
  public static boolean contains(String name) {
    return ALL.contains(name);
  }
}
