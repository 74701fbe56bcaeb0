/** The rules of what scales by load. */
@NullMarked
package dev.nauarch.apiserver.strategy.autoscaling;

import org.jspecify.annotations.NullMarked;
