package dev.nauarch.api.podsets;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/**
 * Equal pods of a job that run at the same time.
 *
 * @param name unique within the job, in lower case
 * @param count how many
 * @param template the pod
 * @param path where the template stands in the job, as a JSON pointer
 */
public record JobPods(String name, int count, PodTemplateSpec template, String path) {}
