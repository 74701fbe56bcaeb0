/**
 * The rules: on which nodes a pod can run, which of them is best, and who would have to make room.
 * Each refusal names its rule, so that a decision can be explained.
 */
@NullMarked
package dev.nauarch.scheduling.fit;

import org.jspecify.annotations.NullMarked;
