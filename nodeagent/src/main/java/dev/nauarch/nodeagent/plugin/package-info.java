/**
 * Finds drivers by their sockets: whoever puts one into the agent's folder is asked what it is, and
 * handed to the part of the agent that speaks with its kind. Start at {@link
 * dev.nauarch.nodeagent.plugin.PluginWatcher}; a new kind is a {@link
 * dev.nauarch.nodeagent.plugin.PluginHandler}.
 */
@NullMarked
package dev.nauarch.nodeagent.plugin;

import org.jspecify.annotations.NullMarked;
