package dev.nauarch.scheduling;

import dev.nauarch.scheduling.fit.Rule;
import java.util.Collection;
import java.util.EnumSet;

/** A kind of change that may help something that waits. */
enum Hint {
  /** A node came, grew, or lost a taint. */
  NODE,
  /** A place became free. */
  ROOM,
  /** A pod got a place, beside which another may want to be. */
  COMPANY,
  /** Volumes came, changed or became free, or what is said of where they can be had. */
  STORAGE,
  /** Devices came, changed or became free. */
  DEVICES;

  /** The changes that may help against these rules. */
  static EnumSet<Hint> against(Collection<Rule> rules) {
    var hints = EnumSet.of(NODE);
    for (var rule : rules) {
      switch (rule) {
        case CORDON, TAINT, NODE_SELECTION -> {}
        case PORT, RESOURCES, POD_ANTI_AFFINITY -> hints.add(ROOM);
        case CLAIM, VOLUME, VOLUME_ZONE -> hints.add(STORAGE);
        case VOLUME_IN_USE, VOLUME_LIMIT -> {
          hints.add(ROOM);
          hints.add(STORAGE);
        }
        case DEVICES -> hints.add(DEVICES);
        case POD_AFFINITY -> hints.add(COMPANY);
        case SPREAD, PLUGIN, EXTENDER -> {
          hints.add(ROOM);
          hints.add(COMPANY);
        }
      }
    }
    return hints;
  }
}
