package dev.nauarch.api.vertical;

import dev.nauarch.api.quota.Amounts;

/**
 * What a container is to ask for.
 *
 * @param container its name
 * @param requests of the resources that change
 * @param limits of the resources that change
 */
public record ContainerResources(String container, Amounts requests, Amounts limits) {}
