/** The rules of flow schemas and priority levels. */
@NullMarked
package dev.nauarch.apiserver.strategy.flow;

import org.jspecify.annotations.NullMarked;
