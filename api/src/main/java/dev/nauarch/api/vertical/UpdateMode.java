package dev.nauarch.api.vertical;

import java.util.Arrays;
import java.util.List;

/** What is done to pods whose requests are other than recommended. */
public enum UpdateMode {
  /** Nothing: it is only recommended. */
  OFF("Off"),
  /** New pods get what is recommended. */
  INITIAL("Initial"),
  /** Pods are evicted, so that new ones get it. */
  RECREATE("Recreate"),
  /** Pods are resized, and evicted where that does not come about. */
  IN_PLACE_OR_RECREATE("InPlaceOrRecreate"),
  /** Pods are resized, and never evicted. */
  IN_PLACE("InPlace"),
  /** The older word for {@link #RECREATE}. */
  AUTO("Auto");

  private final String text;

  UpdateMode(String text) {
    this.text = text;
  }

  /** The word in a spec. */
  public String text() {
    return text;
  }

  /** The mode of a word; {@link #RECREATE} for none. */
  static UpdateMode of(String text) {
    return Arrays.stream(values())
        .filter(each -> each.text.equals(text))
        .findFirst()
        .orElse(RECREATE);
  }

  /** The words. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(UpdateMode::text).toList();
  }

  /** Whether new pods get what is recommended. */
  public boolean fillsNewPods() {
    return this != OFF;
  }

  /** Whether pods that run are resized. */
  public boolean resizes() {
    return this == IN_PLACE_OR_RECREATE || this == IN_PLACE;
  }

  /** Whether pods that run are evicted, if nothing else helps. */
  public boolean evicts() {
    return this == RECREATE || this == AUTO || this == IN_PLACE_OR_RECREATE;
  }
}
