/**
 * The rules of pods and of the pod templates in other kinds. Start at {@link
 * dev.nauarch.apiserver.strategy.pod.PodStrategy} and {@link
 * dev.nauarch.apiserver.strategy.pod.PodSpecRules}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.pod;

import org.jspecify.annotations.NullMarked;
