/** The rules of migrations of stored objects. */
@NullMarked
package dev.nauarch.apiserver.strategy.migration;

import org.jspecify.annotations.NullMarked;
