/** The rules of the kinds of scheduling.k8s.io. */
@NullMarked
package dev.nauarch.apiserver.strategy.scheduling;

import org.jspecify.annotations.NullMarked;
