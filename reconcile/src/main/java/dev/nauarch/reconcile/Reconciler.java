package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;
import java.util.List;

/**
 * One controller: brings the world of one key closer to what is wanted. An implementation holds
 * nothing but its options, and gives the same plan for the same key, snapshot and instant; what it
 * remembers beyond that may be lost at the cost of a delay.
 */
public interface Reconciler {

  /** The controller's name, as in {@code --controllers} and as the source of its events. */
  String name();

  /** Which changes concern which keys. */
  List<Trigger> triggers();

  /**
   * What to do about a key now. It is called again after every change that concerns the key, and
   * after each plan of its own that changed anything.
   */
  Plan reconcile(ObjectKey key, Snapshot world, Instant now);

  /**
   * What to do about it that the cluster refused a command of the last plan, for example for want
   * of quota; commands behind it were not carried out, and the key is tried again later. Tells the
   * user, as a rule.
   *
   * @param command one that was refused
   * @param why the cluster's own words
   */
  default Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    return Plan.NOTHING;
  }
}
