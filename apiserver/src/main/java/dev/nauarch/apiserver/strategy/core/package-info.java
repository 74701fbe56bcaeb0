/** The rules of the small kinds of the core group, and of events. */
@NullMarked
package dev.nauarch.apiserver.strategy.core;

import org.jspecify.annotations.NullMarked;
