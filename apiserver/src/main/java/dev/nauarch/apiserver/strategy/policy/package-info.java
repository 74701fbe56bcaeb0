/** The rules of disruption budgets. */
@NullMarked
package dev.nauarch.apiserver.strategy.policy;

import org.jspecify.annotations.NullMarked;
