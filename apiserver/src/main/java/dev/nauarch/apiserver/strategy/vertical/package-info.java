/** What is peculiar to VerticalPodAutoscalers. */
@NullMarked
package dev.nauarch.apiserver.strategy.vertical;

import org.jspecify.annotations.NullMarked;
