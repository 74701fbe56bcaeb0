package dev.nauarch.nodeagent.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The part of the agent that speaks with drivers of one kind. Called by one thread at a time. */
public interface PluginHandler {

  /**
   * Why a driver can't be taken; empty where it can.
   *
   * @param name as the driver calls itself, for example {@code gpu.example.com}
   * @param endpoint the socket that it is called on
   * @param versions what it says that it supports; what that means depends on its kind
   */
  Optional<String> refusal(String name, Path endpoint, List<String> versions);

  /**
   * Takes a driver.
   *
   * @throws IOException where that fails; the driver is told the message
   */
  void register(String name, Path endpoint, List<String> versions) throws IOException;

  /** The driver's socket is gone. */
  void deregister(String name, Path endpoint);
}
