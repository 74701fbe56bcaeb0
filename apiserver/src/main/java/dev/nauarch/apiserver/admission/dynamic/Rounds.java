package dev.nauarch.apiserver.admission.dynamic;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How often one request has gone through the mutating admissions: once, and once more where a later
 * one has changed what an earlier one had seen, which wants to see it again. Used by one thread.
 */
public final class Rounds {

  private final Turn policies = new Turn();
  private final Turn webhooks = new Turn();
  private boolean isSecond;
  private boolean isSecondWanted;

  /** Whether a second round is wanted; begins it then. */
  public boolean again() {
    if (isSecond || !isSecondWanted) {
      return false;
    }
    isSecond = true;
    return true;
  }

  boolean isSecond() {
    return isSecond;
  }

  Turn policies() {
    return policies;
  }

  Turn webhooks() {
    return webhooks;
  }

  /** What was called of one kind of admission. */
  final class Turn {
    private final Set<String> called = new HashSet<>();
    private final Set<String> toCallAgain = new HashSet<>();
    private @Nullable ObjectNode output;

    /** Says what the object is like now that this kind's turn begins. */
    void begin(ObjectNode object) {
      if (isSecond && !object.equals(output)) {
        callAgain();
      }
    }

    /** Says what the object is like now that this kind's turn has ended. */
    void end(ObjectNode object) {
      output = isSecond || called.isEmpty() ? null : object.deepCopy();
    }

    /** Whether one of this name may be called in this round. */
    boolean mayCall(String name) {
      return !isSecond || toCallAgain.contains(name);
    }

    /** One was called that wants to see what others change later. */
    void calledAndWatching(String name) {
      called.add(name);
    }

    /** The object was changed, or may have been. */
    void changed() {
      callAgain();
      isSecondWanted = true;
    }

    private void callAgain() {
      toCallAgain.addAll(called);
      called.clear();
    }
  }
}
