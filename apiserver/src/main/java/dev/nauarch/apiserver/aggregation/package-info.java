/**
 * Groups of the API that other servers serve: who serves what ({@code APIService}), whether they
 * answer, and how requests, discovery and OpenAPI lead to them. Start at {@link
 * dev.nauarch.apiserver.aggregation.Aggregation}.
 */
@NullMarked
package dev.nauarch.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
