package dev.nauarch.nodeagent;

/**
 * Names one pod for good: a pod of the same name that comes later has another uid.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its uid
 */
public record PodIdentity(String namespace, String name, String uid) {

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
