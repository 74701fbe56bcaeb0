package dev.nauarch.apiserver.upkeep;

import dev.nauarch.apiserver.port.User;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Something that has to be done about objects of one resource. Called by one thread at a time. */
public interface Chore {

  /**
   * Objects that are followed.
   *
   * @param group their API group; empty for core
   * @param version the version in which they are written
   * @param plural the resource
   * @param fields which of them, as a field selector; empty for all
   */
  record Followed(String group, String version, String plural, String fields) {}

  /** A name for logs, threads and the fields that it writes. */
  String name();

  /** Whom the writes are attributed to. */
  User user();

  /** What is followed. */
  Followed followed();

  /** Whether it is also called with objects that are gone. */
  default boolean seesDeletions() {
    return false;
  }

  /**
   * What is to be done.
   *
   * @param objects those that changed, or all; they are shared and must not be changed
   */
  Due due(List<ObjectNode> objects, Instant now);

  /** The service account of a controller of Kubernetes. */
  static User account(String name) {
    return User.of(
        "system:serviceaccount:kube-system:" + name,
        List.of(
            "system:serviceaccounts", "system:serviceaccounts:kube-system", User.AUTHENTICATED));
  }
}
