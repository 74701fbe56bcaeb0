package dev.nauarch.nodeagent.runtime;

import java.util.Map;

/**
 * What a runtime is, and what it can do now.
 *
 * @param name for example {@code containerd}
 * @param version its own version
 * @param handlerByName what a RuntimeClass may name; {@code ""} is what pods without one get
 * @param strictGroups whether it heeds {@code supplementalGroupsPolicy}
 * @param imageMounts whether containers can mount images
 * @param notReady why it can't run pods now; empty where it can
 */
public record RuntimeFacts(
    String name,
    String version,
    Map<String, Handler> handlerByName,
    boolean strictGroups,
    boolean imageMounts,
    String notReady) {

  /**
   * What pods of a handler may ask for.
   *
   * @param recursiveReadOnly whether mounts below a read-only mount can be read-only too
   * @param userNamespaces whether pods can have user namespaces of their own
   */
  public record Handler(boolean recursiveReadOnly, boolean userNamespaces) {}
}
