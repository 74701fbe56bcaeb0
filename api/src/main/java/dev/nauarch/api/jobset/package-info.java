/**
 * The typed model of JobSet ({@code jobset.x-k8s.io/v1alpha2}): a set of Jobs that start, fail and
 * finish as one. Spec and status are records; start with {@link dev.nauarch.api.jobset.JobSet}.
 */
@NullMarked
package dev.nauarch.api.jobset;

import org.jspecify.annotations.NullMarked;
