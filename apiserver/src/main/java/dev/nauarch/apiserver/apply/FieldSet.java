package dev.nauarch.apiserver.apply;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of fields, as a tree of sorted nodes. A parent is not a member because its child is one.
 * Immutable, so that sets share what they have in common; every operation is one merge of two
 * sorted sequences.
 */
final class FieldSet {

  /** The set without fields. */
  static final FieldSet EMPTY = new FieldSet(new Node[0]);

  /** What stands for a member: most of {@code fieldsV1} is this, so all share one. */
  private static final ObjectNode LEAF = JsonNodeFactory.instance.objectNode();

  private static final Comparator<Node> ORDER = Comparator.comparing(Node::element);

  /** Zero for nodes that are the same in every part. */
  private static final Comparator<Node> ORDER_OF_ALL =
      ORDER
          .thenComparing(Node::isMember)
          .thenComparing((left, right) -> left.below.equals(right.below) ? 0 : 1);

  private final Node[] nodes;

  /** One element: whether it is a member, and what is below it. */
  private record Node(PathElement element, boolean isMember, FieldSet below) {}

  private FieldSet(Node[] nodes) {
    this.nodes = nodes;
  }

  /** Collects the elements of one set, in any order; one that is added twice is there once. */
  static final class Builder {
    private @Nullable ArrayList<Node> nodes;
    private boolean isSorted = true;

    /** Adds an element with what is below it, unless it is no member and nothing is below it. */
    void add(PathElement element, boolean isMember, FieldSet below) {
      if (!isMember && below.isEmpty()) {
        return;
      }
      var list = nodes;
      if (list == null) {
        list = new ArrayList<>();
        nodes = list;
      } else if (isSorted) {
        isSorted = list.getLast().element.compareTo(element) < 0;
      }
      list.add(new Node(element, isMember, below));
    }

    /** The set; the builder must not be used again. */
    FieldSet build() {
      var list = nodes;
      if (list == null) {
        return EMPTY;
      }
      if (!isSorted) {
        list.sort(ORDER);
        foldRepeated(list);
      }
      return new FieldSet(list.toArray(Node[]::new));
    }

    private static void foldRepeated(List<Node> sorted) {
      var kept = 0;
      for (var i = 1; i < sorted.size(); i++) {
        var last = sorted.get(kept);
        var node = sorted.get(i);
        if (last.element.compareTo(node.element) == 0) {
          var below = last.below.union(node.below);
          sorted.set(kept, new Node(last.element, last.isMember || node.isMember, below));
        } else {
          sorted.set(++kept, node);
        }
      }
      sorted.subList(kept + 1, sorted.size()).clear();
    }
  }

  /** The set of these fields, each given as property names. */
  @SafeVarargs
  static FieldSet of(List<String>... paths) {
    var set = EMPTY;
    for (var path : paths) {
      var branch = EMPTY;
      for (var i = path.size() - 1; i >= 0; i--) {
        var node = new Builder();
        node.add(new PathElement.Field(path.get(i)), i == path.size() - 1, branch);
        branch = node.build();
      }
      set = set.union(branch);
    }
    return set;
  }

  /** Reads what {@link #toJson} writes; empty for text of another form. */
  static Optional<FieldSet> parse(JsonNode fields) {
    var set = new Builder();
    for (var entry : fields.properties()) {
      if (entry.getKey().equals(".")) {
        continue;
      }
      var value = entry.getValue();
      var element = PathElement.parse(entry.getKey());
      var below = parse(value);
      if (element.isEmpty() || below.isEmpty() || !value.isObject()) {
        return Optional.empty();
      }
      set.add(element.get(), value.isEmpty() || value.has("."), below.get());
    }
    return Optional.of(set.build());
  }

  /** The set as {@code fieldsV1}; its leaves must not be changed. */
  ObjectNode toJson() {
    return toJson(false);
  }

  private ObjectNode toJson(boolean isMember) {
    if (isMember && isEmpty()) {
      return LEAF;
    }
    var json = JsonNodeFactory.instance.objectNode();
    if (isMember) {
      json.set(".", LEAF);
    }
    for (var node : nodes) {
      json.set(node.element.text(), node.below.toJson(node.isMember));
    }
    return json;
  }

  boolean isEmpty() {
    return nodes.length == 0;
  }

  boolean hasMember(PathElement element) {
    var node = find(element);
    return node != null && node.isMember;
  }

  /** What is below an element; empty where that is nothing. */
  FieldSet child(PathElement element) {
    var node = find(element);
    return node == null ? EMPTY : node.below;
  }

  private @Nullable Node find(PathElement element) {
    var low = 0;
    var high = nodes.length - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var order = nodes[middle].element.compareTo(element);
      if (order == 0) {
        return nodes[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** Whether the path is in the set. */
  boolean contains(List<PathElement> path) {
    var set = this;
    for (var element : path.subList(0, path.size() - 1)) {
      set = set.child(element);
    }
    return set.hasMember(path.getLast());
  }

  /** Where an element is a member, seen from one of two sets or both. */
  @FunctionalInterface
  private interface Membership {
    boolean of(boolean left, boolean right);
  }

  /** Makes one set of the parts of two below the same element. */
  @FunctionalInterface
  private interface Below {
    FieldSet of(FieldSet left, FieldSet right);
  }

  FieldSet union(FieldSet other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    return merge(other, true, (left, right) -> left || right, FieldSet::union);
  }

  FieldSet intersection(FieldSet other) {
    if (isEmpty() || other.isEmpty()) {
      return EMPTY;
    }
    return merge(other, false, (left, right) -> left && right, FieldSet::intersection);
  }

  /** Without the members of another; what is below a member of the other stays. */
  FieldSet difference(FieldSet other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    return merge(other, false, (left, right) -> left && !right, FieldSet::difference);
  }

  /** Without the members of another and all that is below them. */
  FieldSet recursiveDifference(FieldSet other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    var result = new Builder();
    for (var node : nodes) {
      var removed = other.find(node.element);
      if (removed == null) {
        result.add(node.element, node.isMember, node.below);
      } else if (!removed.isMember) {
        result.add(node.element, node.isMember, node.below.recursiveDifference(removed.below));
      }
    }
    return result.build();
  }

  /** Both sets in one pass; {@code keepsOther} says whether the other's own elements count. */
  private FieldSet merge(FieldSet other, boolean keepsOther, Membership membership, Below below) {
    var result = new Builder();
    var left = 0;
    var right = 0;
    while (left < nodes.length || right < other.nodes.length) {
      var order = order(left, other, right);
      if (order == 0) {
        var mine = nodes[left++];
        var others = other.nodes[right++];
        result.add(
            mine.element,
            membership.of(mine.isMember, others.isMember),
            below.of(mine.below, others.below));
      } else if (order < 0) {
        var mine = nodes[left++];
        result.add(mine.element, membership.of(mine.isMember, false), below.of(mine.below, EMPTY));
      } else {
        var others = other.nodes[right++];
        if (keepsOther) {
          result.add(others.element, others.isMember, others.below);
        }
      }
    }
    return result.build();
  }

  private int order(int left, FieldSet other, int right) {
    if (left == nodes.length) {
      return 1;
    }
    return right == other.nodes.length
        ? -1
        : nodes[left].element.compareTo(other.nodes[right].element);
  }

  /** The part of the set at and below these properties. */
  FieldSet only(List<String> properties) {
    var result = new Builder();
    for (var node : nodes) {
      if (node.element instanceof PathElement.Field(var name) && properties.contains(name)) {
        result.add(node.element, node.isMember, node.below);
      }
    }
    return result.build();
  }

  /**
   * The set with all declared properties on the way to a member as members too: {@code spec} of
   * {@code spec.replicas}, but not the key of a map.
   */
  FieldSet withDeclaredParents(@Nullable Shape shape) {
    var result = new Builder();
    for (var node : nodes) {
      var inner = shape == null ? null : shape.below(node.element).orElse(null);
      var isDeclared =
          shape != null
              && !node.below.isEmpty()
              && node.element instanceof PathElement.Field(var name)
              && shape.declares(name);
      result.add(node.element, node.isMember || isDeclared, node.below.withDeclaredParents(inner));
    }
    return result.build();
  }

  /** The set as a schema sees it that takes some parts as wholes: those are owned as such. */
  FieldSet withWholes(Shape shape) {
    var result = new Builder();
    for (var node : nodes) {
      var inner = shape.below(node.element).orElse(Shape.UNKNOWN);
      if (!node.below.isEmpty() && inner.isDeclaredAtomic()) {
        result.add(node.element, true, EMPTY);
      } else {
        result.add(node.element, node.isMember, node.below.withWholes(inner));
      }
    }
    return result.build();
  }

  /** The paths of all members, in order. */
  List<List<PathElement>> paths() {
    var paths = new ArrayList<List<PathElement>>();
    collectPaths(List.of(), paths);
    return paths;
  }

  private void collectPaths(List<PathElement> prefix, List<List<PathElement>> into) {
    for (var node : nodes) {
      var path = new ArrayList<>(prefix);
      path.add(node.element);
      if (node.isMember) {
        into.add(List.copyOf(path));
      }
      node.below.collectPaths(path, into);
    }
  }

  /** By the order of elements, to which a number is the same however it is stored. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set && Arrays.equals(nodes, set.nodes, ORDER_OF_ALL);
  }

  @Override
  public int hashCode() {
    return nodes.length;
  }

  @Override
  public String toString() {
    return toJson().toString();
  }
}
