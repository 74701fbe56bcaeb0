package dev.nauarch.store.history;

import dev.nauarch.store.Entry;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A persistent AVL tree of keys and their versions. A change copies the path to the changed key and
 * shares the rest; null is the empty tree.
 *
 * <p>Every node counts the living keys beneath it, so that how many entries follow a page is known
 * without reading them.
 */
final class KeyTree {
  private final String key;
  private final Version newest;
  private final @Nullable KeyTree left;
  private final @Nullable KeyTree right;
  private final int height;
  private final long living;

  private KeyTree(String key, Version newest, @Nullable KeyTree left, @Nullable KeyTree right) {
    this.key = key;
    this.newest = newest;
    this.left = left;
    this.right = right;
    this.height = 1 + Math.max(height(left), height(right));
    this.living = living(left) + living(right) + (newest.entry() == null ? 0 : 1);
  }

  /** A tree of entries that are in key order already. */
  static @Nullable KeyTree ofOrdered(List<Entry> entries) {
    if (entries.isEmpty()) {
      return null;
    }
    int middle = entries.size() / 2;
    Entry entry = entries.get(middle);
    return new KeyTree(
        entry.key(),
        new Version(entry.revision(), entry, null),
        ofOrdered(entries.subList(0, middle)),
        ofOrdered(entries.subList(middle + 1, entries.size())));
  }

  /** The newest version under a key; null where the key is not known. */
  static @Nullable Version find(@Nullable KeyTree tree, String key) {
    var sought = KeyOrder.Sought.of(key);
    @Nullable KeyTree node = tree;
    while (node != null) {
      int order = sought.compareTo(node.key);
      if (order == 0) {
        return node.newest;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** The tree with a key's versions added or replaced. */
  static KeyTree with(@Nullable KeyTree tree, String key, Version newest) {
    return with(tree, KeyOrder.Sought.of(key), newest);
  }

  private static KeyTree with(@Nullable KeyTree tree, KeyOrder.Sought key, Version newest) {
    if (tree == null) {
      return new KeyTree(key.key(), newest, null, null);
    }
    int order = key.compareTo(tree.key);
    if (order == 0) {
      return new KeyTree(tree.key, newest, tree.left, tree.right);
    }
    return order < 0
        ? balanced(tree, with(tree.left, key, newest), tree.right)
        : balanced(tree, tree.left, with(tree.right, key, newest));
  }

  /** The tree without a key. */
  static @Nullable KeyTree without(@Nullable KeyTree tree, String key) {
    if (tree == null) {
      return null;
    }
    int order = KeyOrder.compare(key, tree.key);
    if (order < 0) {
      return balanced(tree, without(tree.left, key), tree.right);
    }
    if (order > 0) {
      return balanced(tree, tree.left, without(tree.right, key));
    }
    if (tree.left == null) {
      return tree.right;
    }
    if (tree.right == null) {
      return tree.left;
    }
    KeyTree successor = tree.right;
    while (successor.left != null) {
      successor = successor.left;
    }
    return balanced(successor, tree.left, without(tree.right, successor.key));
  }

  /**
   * Shows the keys from one on, in order, until the visitor has seen enough.
   *
   * @param visitor takes a key and its newest version, and says whether to go on
   * @return whether the visitor wants to go on
   */
  static boolean visit(@Nullable KeyTree tree, String fromKey, Visitor visitor) {
    if (tree == null) {
      return true;
    }
    int order = KeyOrder.compare(tree.key, fromKey);
    if (order > 0 && !visit(tree.left, fromKey, visitor)) {
      return false;
    }
    if (order >= 0 && !visitor.visit(tree.key, tree.newest)) {
      return false;
    }
    return visit(tree.right, fromKey, visitor);
  }

  /** How many living keys there are for which a condition holds that no later key regains. */
  static long livingWhile(@Nullable KeyTree tree, Predicate<String> holds) {
    long count = 0;
    @Nullable KeyTree node = tree;
    while (node != null) {
      if (holds.test(node.key)) {
        count += node.living - living(node.right);
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return count;
  }

  /** Sees one key of the tree. */
  @FunctionalInterface
  interface Visitor {
    boolean visit(String key, Version newest);
  }

  private static KeyTree balanced(KeyTree at, @Nullable KeyTree left, @Nullable KeyTree right) {
    if (left != null && left.height > height(right) + 1) {
      return height(left.left) >= height(left.right)
          ? raisedLeft(at, left, right)
          : raisedLeft(at, raisedRight(left, left.left, required(left.right)), right);
    }
    if (right != null && right.height > height(left) + 1) {
      return height(right.right) >= height(right.left)
          ? raisedRight(at, left, right)
          : raisedRight(at, left, raisedLeft(right, required(right.left), right.right));
    }
    return new KeyTree(at.key, at.newest, left, right);
  }

  private static KeyTree raisedLeft(KeyTree at, KeyTree left, @Nullable KeyTree right) {
    KeyTree lowered = new KeyTree(at.key, at.newest, left.right, right);
    return new KeyTree(left.key, left.newest, left.left, lowered);
  }

  private static KeyTree raisedRight(KeyTree at, @Nullable KeyTree left, KeyTree right) {
    KeyTree lowered = new KeyTree(at.key, at.newest, left, right.left);
    return new KeyTree(right.key, right.newest, lowered, right.right);
  }

  private static KeyTree required(@Nullable KeyTree tree) {
    if (tree == null) {
      throw new IllegalStateException("the higher side of a tree is empty");
    }
    return tree;
  }

  private static int height(@Nullable KeyTree tree) {
    return tree == null ? 0 : tree.height;
  }

  private static long living(@Nullable KeyTree tree) {
    return tree == null ? 0 : tree.living;
  }
}
