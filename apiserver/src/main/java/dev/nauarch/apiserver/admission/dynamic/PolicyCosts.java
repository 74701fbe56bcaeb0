package dev.nauarch.apiserver.admission.dynamic;

/** What is said of expressions that cost too much. */
final class PolicyCosts {

  static final String EXHAUSTED =
      "validation failed due to running out of cost budget, no further validation rules will be"
          + " run";

  private PolicyCosts() {}

  static String tooExpensive(String expression) {
    return "expression '"
        + expression
        + "' resulted in error: operation cancelled: actual cost limit exceeded";
  }
}
