package dev.nauarch.expression;

/** What came of evaluating an expression. */
public sealed interface Evaluation {

  /**
   * It has a value.
   *
   * @param value a value of the kinds that the package names
   * @param cost what it cost
   */
  record Value(Object value, long cost) implements Evaluation {}

  /**
   * It has none: a field that is not set was read, say.
   *
   * @param message why
   * @param cost what it cost until then
   */
  record Failed(String message, long cost) implements Evaluation {}

  /**
   * It was stopped, since it would have cost more than it may.
   *
   * @param limit what it may cost
   */
  record TooExpensive(long limit) implements Evaluation {}
}
