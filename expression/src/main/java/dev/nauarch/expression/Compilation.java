package dev.nauarch.expression;

/** What came of compiling an expression. */
public sealed interface Compilation {

  /**
   * It can be evaluated.
   *
   * @param program the expression, ready to run
   */
  record Compiled(CelProgram program) implements Compilation {}

  /**
   * It is not an expression of the types that it must have.
   *
   * @param message what is wrong and where, in several lines
   */
  record Rejected(String message) implements Compilation {}
}
