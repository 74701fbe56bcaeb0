package dev.nauarch.expression;

import org.jspecify.annotations.Nullable;

/**
 * What a call may cost, without its arguments.
 *
 * @param cost the cost
 * @param size the size of its result; null where the call says nothing about it
 */
record CallEstimate(Range cost, @Nullable Range size) {

  static CallEstimate of(Range cost) {
    return new CallEstimate(cost, null);
  }
}
