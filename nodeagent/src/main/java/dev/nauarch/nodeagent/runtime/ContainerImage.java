package dev.nauarch.nodeagent.runtime;

/**
 * What a container is made of.
 *
 * @param name as the pod's author wrote it
 * @param reference what it was when the container was made: what {@link ImageService#pull} gave
 */
public record ContainerImage(String name, String reference) {}
