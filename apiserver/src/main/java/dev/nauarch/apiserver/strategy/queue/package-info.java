/** The rules of queues and of the workloads in them. */
@NullMarked
package dev.nauarch.apiserver.strategy.queue;

import org.jspecify.annotations.NullMarked;
