/** The rules of runtime classes. */
@NullMarked
package dev.nauarch.apiserver.strategy.node;

import org.jspecify.annotations.NullMarked;
