package dev.nauarch.store;

/** One change of one key. Every mutation that happens gets a revision of its own. */
public sealed interface Mutation {

  /** The key to change; never empty. */
  String key();

  /** What must hold for it to happen. */
  Precondition precondition();

  /** Creates the key or replaces its value. */
  record Put(String key, byte[] value, Precondition precondition) implements Mutation {
    public Put {
      requireKey(key);
    }
  }

  /** Removes the key; without the key it is a conflict with nothing current. */
  record Delete(String key, Precondition precondition) implements Mutation {
    public Delete {
      requireKey(key);
    }
  }

  private static void requireKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a mutation needs a key that is not empty");
    }
  }
}
