package dev.nauarch.scheduling.model;

/**
 * A node's wish to keep pods away.
 *
 * @param key its name
 * @param value its value; empty for none
 * @param effect what happens to a pod that does not tolerate it
 */
public record Taint(String key, String value, Effect effect) {

  /** What a taint does. */
  public enum Effect {
    NO_SCHEDULE("NoSchedule"),
    PREFER_NO_SCHEDULE("PreferNoSchedule"),
    NO_EXECUTE("NoExecute");

    private final String word;

    Effect(String word) {
      this.word = word;
    }

    /** The Kubernetes word. */
    public String word() {
      return word;
    }

    /** The effect of this Kubernetes word; unknown ones keep pods away, which is the safe side. */
    public static Effect of(String word) {
      for (var effect : values()) {
        if (effect.word.equals(word)) {
          return effect;
        }
      }
      return NO_SCHEDULE;
    }
  }

  @Override
  public String toString() {
    return "{" + key + ": " + value + "}";
  }
}
