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
    var found = new ArrayList<StoredObject>();
    collect(root, prefix, filter, limit, found);
    return found;
  }

  private static void collect(
      @Nullable Node node,
      String prefix,
      Predicate<StoredObject> filter,
      int limit,
      List<StoredObject> found) {
    if (node == null || found.size() >= limit) {
      return;
    }
    var key = node.object.key();
    var isBefore = key.compareTo(prefix) < 0;
    if (!isBefore) {
      collect(node.left, prefix, filter, limit, found);
    }
    if (key.startsWith(prefix)) {
      if (found.size() < limit && filter.test(node.object)) {
        found.add(node.object);
      }
    } else if (!isBefore) {
      return;
    }
    collect(node.right, prefix, filter, limit, found);
  }

  private static Node put(@Nullable Node node, StoredObject object) {
    if (node == null) {
      return new Node(object, null, null, 1, 1);
    }
    var order = object.key().compareTo(node.object.key());
    if (order == 0) {
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
