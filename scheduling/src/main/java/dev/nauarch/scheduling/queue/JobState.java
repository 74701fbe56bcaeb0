package dev.nauarch.scheduling.queue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.podsets.JobProgress;
import java.util.List;
import java.util.Locale;

/**
 * A job that waits in a queue or was started from one.
 *
 * @param ref which job
 * @param queue the local queue it names
 * @param suspended whether it is suspended
 * @param podCounts how many pods of each set it wants, for example {@code workers=4}
 * @param progress how it is doing
 */
public record JobState(
    Ref ref, String queue, boolean suspended, List<String> podCounts, JobProgress progress) {

  /**
   * Names one job.
   *
   * @param kind its kind
   * @param key its name
   * @param uid which job of that name
   */
  public record Ref(String kind, ObjectKey key, String uid) implements Comparable<Ref> {
    @Override
    public int compareTo(Ref other) {
      var byKind = kind.compareTo(other.kind);
      var byKey = byKind != 0 ? byKind : key.compareTo(other.key);
      return byKey != 0 ? byKey : uid.compareTo(other.uid);
    }

    /** The name of its workload: kind, name, and what tells apart those of one name. */
    public ObjectKey workload() {
      var head = kind.toLowerCase(Locale.ROOT) + "-" + key.name();
      var hash = Integer.toHexString((kind + "/" + key + "/" + uid).hashCode() & 0xfffff);
      var cut = head.length() > NAME_MAX ? head.substring(0, NAME_MAX) : head;
      return new ObjectKey(key.namespace(), cut + "-" + "0".repeat(5 - hash.length()) + hash);
    }
  }

  private static final int NAME_MAX = 240;

  /** Copies the list. */
  public JobState {
    podCounts = List.copyOf(podCounts);
  }

  /** Whether it has ended. */
  public boolean isFinished() {
    return progress.end() != JobProgress.End.NONE;
  }
}
