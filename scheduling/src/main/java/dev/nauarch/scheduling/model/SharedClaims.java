package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * Which claims of devices the pods of a PodGroup share (KEP-5729). They are reserved for the group
 * and not for its pods.
 *
 * @param group its name
 * @param uid which group of that name
 * @param entries its claims
 */
public record SharedClaims(ObjectKey group, String uid, List<Entry> entries) {

  /**
   * One claim.
   *
   * @param name of the entry
   * @param template of which the claim is made; empty for a claim that users make
   * @param claim the name of such a claim; empty for one that is made of a template
   */
  public record Entry(String name, String template, String claim) {}

  /** Copies the list. */
  public SharedClaims {
    entries = List.copyOf(entries);
  }

  /** Whether what a pod of the group uses is the group's. */
  public boolean has(DeviceNeeds.Use use) {
    return entries.stream()
        .anyMatch(
            entry ->
                entry.name.equals(use.entry())
                    && entry.template.equals(use.template())
                    && (use.isOwn() || entry.claim.equals(use.claim().name())));
  }
}
