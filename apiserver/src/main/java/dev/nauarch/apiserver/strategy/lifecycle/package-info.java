/** The rules of evictions: who asks for one, and whose turn it is to make way for it. */
@NullMarked
package dev.nauarch.apiserver.strategy.lifecycle;

import org.jspecify.annotations.NullMarked;
