package dev.nauarch.launcher.scheduler;

import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scheduler's plug-ins that lie in jars of the user. */
public final class PluginJars {

  private PluginJars() {}

  /**
   * Finds them.
   *
   * @param places jars, or directories of jars
   * @return the plug-ins by their names
   * @throws IOException a directory can't be read
   * @throws IllegalArgumentException there is no such jar, or something in it is no plug-in
   */
  public static SortedMap<String, SchedulerPlugin> load(List<Path> places) throws IOException {
    var jars = new ArrayList<Path>();
    for (var place : places) {
      jars.addAll(jars(place));
    }
    var plugins = new TreeMap<String, SchedulerPlugin>();
    if (jars.isEmpty()) {
      return plugins;
    }
    for (var plugin : found(jars)) {
      var name = plugin.name();
      if (name.isBlank() || PluginSwitches.isBuiltIn(name)) {
        throw new IllegalArgumentException(
            plugin.getClass().getName() + " can't have the name \"" + name + "\"");
      }
      if (plugins.putIfAbsent(name, plugin) != null) {
        throw new IllegalArgumentException("two plug-ins have the name " + name);
      }
    }
    return plugins;
  }

  private static List<Path> jars(Path place) throws IOException {
    if (Files.isRegularFile(place)) {
      return List.of(place);
    }
    if (!Files.isDirectory(place)) {
      throw new IllegalArgumentException(place + " is no jar and no directory of jars");
    }
    try (var files = Files.list(place)) {
      var jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw new IllegalArgumentException(place + " has no jars");
      }
      return jars;
    }
  }

  /** Their classes are loaded as long as the process lives. */
  private static List<SchedulerPlugin> found(List<Path> jars) throws MalformedURLException {
    var urls = new URL[jars.size()];
    for (var i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    var loader =
        new URLClassLoader("scheduler-plugins", urls, SchedulerPlugin.class.getClassLoader());
    var plugins = new ArrayList<SchedulerPlugin>();
    try {
      ServiceLoader.load(SchedulerPlugin.class, loader).forEach(plugins::add);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
    if (plugins.isEmpty()) {
      throw new IllegalArgumentException(
          jars + " name no plug-in in META-INF/services/" + SchedulerPlugin.class.getName());
    }
    return plugins;
  }
}
