/** What a group registers its kinds with: the table of strategies, and strategies made of rules. */
@NullMarked
package dev.nauarch.apiserver.strategy.kind;

import org.jspecify.annotations.NullMarked;
