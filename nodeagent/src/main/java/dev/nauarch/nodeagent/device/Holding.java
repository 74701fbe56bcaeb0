package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.resource.NumaNodes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The devices of one resource that a container has.
 *
 * @param podUid whose
 * @param container the container's name
 * @param resource for example {@code example.com/gpu}
 * @param nearById the devices, each with the NUMA nodes that it was near to when it was given
 * @param answer what the plugin said the container needs: a {@code ContainerAllocateResponse} as
 *     bytes in base64; empty until it was asked
 */
public record Holding(
    String podUid,
    String container,
    String resource,
    SortedMap<String, NumaNodes> nearById,
    String answer) {

  /** Keeps a copy. */
  public Holding {
    nearById = Collections.unmodifiableSortedMap(new TreeMap<>(nearById));
  }

  /** The names of the devices. */
  public SortedSet<String> ids() {
    return new TreeSet<>(nearById.keySet());
  }

  /** Whether the plugin has said what the container needs. */
  public boolean isAnswered() {
    return !answer.isEmpty();
  }

  Holding answered(String given) {
    return new Holding(podUid, container, resource, nearById, given);
  }

  Holding with(SortedMap<String, NumaNodes> others) {
    return new Holding(podUid, container, resource, others, answer);
  }

  boolean isOf(String pod, String name) {
    return podUid.equals(pod) && container.equals(name);
  }
}
