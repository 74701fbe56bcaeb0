/**
 * What is peculiar to the built-in kinds beyond their schema: what is filled in, what is wrong,
 * what may change. Start at {@link dev.nauarch.apiserver.strategy.BuiltInStrategies}; each package
 * below registers its own kinds in its class {@code ...Kinds}. Rules are pure functions of objects,
 * save that services take addresses from the store. May import {@code port}, {@code object}, {@code
 * authentication} and {@code authorization}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy;

import org.jspecify.annotations.NullMarked;
