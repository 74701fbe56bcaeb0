package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * A PersistentVolumeClaim as the scheduler knows it.
 *
 * @param key its name
 * @param uid which claim of that name
 * @param owner the uid of whoever is in charge of it; empty for nobody
 * @param stage how far it is
 * @param volume the volume that it names; empty for none
 * @param selectedNode the node for which a volume is being made; empty for none
 * @param form what it asks for
 * @param bytes how large the volume must be
 * @param selector what must hold of the volume's labels
 */
public record ClaimState(
    ObjectKey key,
    String uid,
    String owner,
    Stage stage,
    String volume,
    String selectedNode,
    VolumeForm form,
    long bytes,
    List<Requirement> selector) {

  /** Grants the volume to one pod at a time. */
  public static final String ONE_POD = "ReadWriteOncePod";

  /** How far a claim is. */
  public enum Stage {
    /** It has no volume yet. */
    PENDING,
    /** It has its volume. */
    BOUND,
    /** Its volume is gone. */
    LOST,
    /** It is being deleted. */
    ENDING
  }

  /** Copies the list. */
  public ClaimState {
    selector = List.copyOf(selector);
  }

  /** Whether it has its volume. */
  public boolean isBound() {
    return stage == Stage.BOUND;
  }

  /** Whether only one pod may use it at a time. */
  public boolean isForOnePod() {
    return form.modes().contains(ONE_POD);
  }

  /** Whether a volume that nobody has would do. */
  public boolean accepts(VolumeState volume) {
    return volume.bytes() >= bytes
        && volume.form().serves(form)
        && volume.form().storageClass().equals(form.storageClass())
        && selector.stream().allMatch(requirement -> requirement.matches(volume.labels()));
  }
}
