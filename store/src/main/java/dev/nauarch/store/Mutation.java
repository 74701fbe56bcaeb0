package dev.nauarch.store;

/** One change of one key. Every mutation that happens gets a revision of its own. */
public sealed interface Mutation {

  /** The key to change. */
  String key();

  /** What must hold for it to happen. */
  Precondition precondition();

  /** Creates the key or replaces its value. */
  record Put(String key, byte[] value, Precondition precondition) implements Mutation {}

  /** Removes the key; without the key it is a conflict with nothing current. */
  record Delete(String key, Precondition precondition) implements Mutation {}
}
