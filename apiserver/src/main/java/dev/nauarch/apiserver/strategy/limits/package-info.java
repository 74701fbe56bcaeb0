/**
 * The kinds that limit what a namespace asks for: {@link
 * dev.nauarch.apiserver.strategy.limits.LimitRangeStrategy} and {@link
 * dev.nauarch.apiserver.strategy.limits.QuotaStrategy}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.limits;

import org.jspecify.annotations.NullMarked;
