/**
 * The rules of the kinds that make pods: jobs, deployments, replica sets, job sets. Start at {@link
 * dev.nauarch.apiserver.strategy.workload.JobStrategy}.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.workload;

import org.jspecify.annotations.NullMarked;
