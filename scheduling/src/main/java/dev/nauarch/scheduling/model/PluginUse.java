package dev.nauarch.scheduling.model;

import dev.nauarch.scheduling.plugin.NodeFilter;
import dev.nauarch.scheduling.plugin.NodeScore;
import java.util.Optional;

/**
 * A plug-in as a profile uses it.
 *
 * @param name its name
 * @param filter its rule, if it has one that is switched on
 * @param score its score, if it has one that is switched on
 * @param weight how much the score counts, at least 1
 */
public record PluginUse(
    String name, Optional<NodeFilter> filter, Optional<NodeScore> score, int weight) {}
