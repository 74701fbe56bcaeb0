package dev.nauarch.api.jobset;

import java.io.Serializable;

/**
 * An earlier group of Jobs that must have come so far before this one starts.
 *
 * @param name the earlier group
 * @param status {@code Ready} or {@code Complete}
 */
public record DependsOn(String name, String status) implements Serializable {}
