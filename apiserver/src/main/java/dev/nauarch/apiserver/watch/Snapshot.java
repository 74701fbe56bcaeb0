package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one resource at one moment, sorted by key; immutable. A change makes a new
 * snapshot that shares all but some twenty nodes with the old one, so that readers keep theirs for
 * as long as they like.
 *
 * <p>It is an AVL tree whose changes copy the path from the root.
 */
final class Snapshot {

  static final Snapshot EMPTY = new Snapshot(null);

  private record Node(
      StoredObject object, @Nullable Node left, @Nullable Node right, int height, int size) {}

  private final @Nullable Node root;

  private Snapshot(@Nullable Node root) {
    this.root = root;
  }

  int size() {
    return size(root);
  }

  Optional<StoredObject> get(String key) {
    var node = root;
    while (node != null) {
      var order = key.compareTo(node.object.key());
      if (order == 0) {
        return Optional.of(node.object);
      }
      node = order < 0 ? node.left : node.right;
    }
    return Optional.empty();
  }

  /** The same with an object, which is told of the one in whose place it comes. */
  Snapshot with(StoredObject object) {
    return new Snapshot(put(root, object));
  }

  Snapshot without(String key) {
    return new Snapshot(remove(root, key));
  }

  /**
   * The objects whose key starts with a prefix and that pass a filter, in key order.
   *
   * @param limit how many at the most
   */
  List<StoredObject> select(String prefix, Predicate<StoredObject> filter, int limit) {
    var isAll = prefix.isEmpty();
    var selection =
        new Selection(prefix, filter, limit, new ArrayList<>(isAll ? Math.min(limit, size()) : 10));
    selection.collect(root, isAll, isAll);
    return selection.found;
  }

  /** How many objects have a key that starts with a prefix. */
  int count(String prefix) {
    return prefix.isEmpty() ? size() : count(root, prefix);
  }

  private static int count(@Nullable Node node, String prefix) {
    if (node == null) {
      return 0;
    }
    var key = node.object.key();
    if (key.startsWith(prefix)) {
      return 1 + countAfter(node.left, prefix) + countBefore(node.right, prefix);
    }
    return count(key.compareTo(prefix) < 0 ? node.right : node.left, prefix);
  }

  /** Of keys none of which lies beyond those with the prefix. */
  private static int countAfter(@Nullable Node node, String prefix) {
    if (node == null) {
      return 0;
    }
    return node.object.key().startsWith(prefix)
        ? 1 + countAfter(node.left, prefix) + size(node.right)
        : countAfter(node.right, prefix);
  }

  /** Of keys none of which lies before those with the prefix. */
  private static int countBefore(@Nullable Node node, String prefix) {
    if (node == null) {
      return 0;
    }
    return node.object.key().startsWith(prefix)
        ? 1 + size(node.left) + countBefore(node.right, prefix)
        : countBefore(node.left, prefix);
  }

  private record Selection(
      String prefix, Predicate<StoredObject> filter, int limit, List<StoredObject> found) {

    /**
     * Adds what is selected below a node. Where keys on both sides of it have the prefix, all keys
     * below it do, and none is looked at: each look is a miss of the processor's cache.
     *
     * @param isBegun whether no key here lies before those with the prefix
     * @param isBounded whether no key here lies beyond those with the prefix
     */
    void collect(@Nullable Node node, boolean isBegun, boolean isBounded) {
      if (node == null || found.size() >= limit) {
        return;
      }
      if (isBegun && isBounded) {
        collect(node.left, true, true);
        add(node.object);
        collect(node.right, true, true);
      } else if (node.object.key().startsWith(prefix)) {
        collect(node.left, isBegun, true);
        add(node.object);
        collect(node.right, true, isBounded);
      } else if (!isBegun && node.object.key().compareTo(prefix) < 0) {
        collect(node.right, false, isBounded);
      } else {
        collect(node.left, isBegun, isBounded);
      }
    }

    private void add(StoredObject object) {
      if (found.size() < limit && filter.test(object)) {
        found.add(object);
      }
    }
  }

  private static Node put(@Nullable Node node, StoredObject object) {
    if (node == null) {
      return new Node(object, null, null, 1, 1);
    }
    var order = object.key().compareTo(node.object.key());
    if (order == 0) {
      object.follows(node.object);
      return new Node(object, node.left, node.right, node.height, node.size);
    }
    return order < 0
        ? balanced(node.object, put(node.left, object), node.right)
        : balanced(node.object, node.left, put(node.right, object));
  }

  private static @Nullable Node remove(@Nullable Node node, String key) {
    if (node == null) {
      return null;
    }
    var order = key.compareTo(node.object.key());
    if (order < 0) {
      return balanced(node.object, remove(node.left, key), node.right);
    }
    if (order > 0) {
      return balanced(node.object, node.left, remove(node.right, key));
    }
    if (node.left == null) {
      return node.right;
    }
    if (node.right == null) {
      return node.left;
    }
    var next = first(node.right);
    return balanced(next, node.left, remove(node.right, next.key()));
  }

  private static StoredObject first(Node node) {
    var at = node;
    while (at.left != null) {
      at = at.left;
    }
    return at.object;
  }

  private static Node balanced(StoredObject object, @Nullable Node left, @Nullable Node right) {
    var lean = height(left) - height(right);
    if (lean > 1 && left != null) {
      if (height(left.left) >= height(left.right) || left.right == null) {
        return node(left.object, left.left, node(object, left.right, right));
      }
      var middle = left.right;
      return node(
          middle.object,
          node(left.object, left.left, middle.left),
          node(object, middle.right, right));
    }
    if (lean < -1 && right != null) {
      if (height(right.right) >= height(right.left) || right.left == null) {
        return node(right.object, node(object, left, right.left), right.right);
      }
      var middle = right.left;
      return node(
          middle.object,
          node(object, left, middle.left),
          node(right.object, middle.right, right.right));
    }
    return node(object, left, right);
  }

  private static Node node(StoredObject object, @Nullable Node left, @Nullable Node right) {
    return new Node(
        object,
        left,
        right,
        1 + Math.max(height(left), height(right)),
        1 + size(left) + size(right));
  }

  private static int height(@Nullable Node node) {
    return node == null ? 0 : node.height;
  }

  private static int size(@Nullable Node node) {
    return node == null ? 0 : node.size;
  }
}
