package dev.nauarch.apiserver.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of fields, as a tree. A parent is not a member because its child is one. Sets that have
 * been handed out are not changed; only whoever builds one inserts into it.
 */
final class FieldSet {

  private final SortedSet<PathElement> members = new TreeSet<>();
  private final TreeMap<PathElement, FieldSet> childByElement = new TreeMap<>();

  /** The set of these fields, each given as property names. */
  @SafeVarargs
  static FieldSet of(List<String>... paths) {
    var set = new FieldSet();
    for (var path : paths) {
      var node = set;
      for (var name : path.subList(0, path.size() - 1)) {
        node = node.childByElement.computeIfAbsent(field(name), _ -> new FieldSet());
      }
      node.members.add(field(path.getLast()));
    }
    return set;
  }

  /** Reads what {@link #toJson} writes; empty for text of another form. */
  static Optional<FieldSet> parse(JsonNode fields) {
    var set = new FieldSet();
    for (var entry : fields.properties()) {
      if (entry.getKey().equals(".")) {
        continue;
      }
      var element = PathElement.parse(entry.getKey());
      var child = parse(entry.getValue());
      if (element.isEmpty() || child.isEmpty() || !entry.getValue().isObject()) {
        return Optional.empty();
      }
      if (entry.getValue().isEmpty() || entry.getValue().has(".")) {
        set.members.add(element.get());
      }
      set.attach(element.get(), child.get());
    }
    return Optional.of(set);
  }

  /** The set as {@code fieldsV1}. */
  ObjectNode toJson() {
    var json = JsonNodeFactory.instance.objectNode();
    var elements = new TreeSet<>(members);
    elements.addAll(childByElement.keySet());
    for (var element : elements) {
      var child = childByElement.get(element);
      var inner = JsonNodeFactory.instance.objectNode();
      if (child != null) {
        if (members.contains(element)) {
          inner.putObject(".");
        }
        inner.setAll(child.toJson());
      }
      json.set(element.text(), inner);
    }
    return json;
  }

  void insert(PathElement member) {
    members.add(member);
  }

  /** Adds what is below an element, unless that is nothing. */
  void attach(PathElement element, FieldSet child) {
    if (!child.isEmpty()) {
      childByElement.merge(element, child, FieldSet::union);
    }
  }

  boolean isEmpty() {
    return members.isEmpty() && childByElement.isEmpty();
  }

  boolean hasMember(PathElement element) {
    return members.contains(element);
  }

  SortedSet<PathElement> members() {
    return members;
  }

  Map<PathElement, FieldSet> children() {
    return childByElement;
  }

  /** What is below an element; empty where that is nothing. */
  FieldSet child(PathElement element) {
    var child = childByElement.get(element);
    return child == null ? new FieldSet() : child;
  }

  /** Whether the path is in the set. */
  boolean contains(List<PathElement> path) {
    @Nullable FieldSet node = this;
    for (var element : path.subList(0, path.size() - 1)) {
      node = node == null ? null : node.childByElement.get(element);
    }
    return node != null && node.hasMember(path.getLast());
  }

  FieldSet union(FieldSet other) {
    var result = copy();
    result.members.addAll(other.members);
    other.childByElement.forEach(result::attach);
    return result;
  }

  FieldSet intersection(FieldSet other) {
    var result = new FieldSet();
    result.members.addAll(members);
    result.members.retainAll(other.members);
    childByElement.forEach(
        (element, child) -> result.attach(element, child.intersection(other.child(element))));
    return result;
  }

  /** Without the members of another; what is below a member of the other stays. */
  FieldSet difference(FieldSet other) {
    var result = new FieldSet();
    result.members.addAll(members);
    result.members.removeAll(other.members);
    childByElement.forEach(
        (element, child) -> {
          var otherChild = other.childByElement.get(element);
          result.attach(element, otherChild == null ? child : child.difference(otherChild));
        });
    return result;
  }

  /** Without the members of another and all that is below them. */
  FieldSet recursiveDifference(FieldSet other) {
    var result = new FieldSet();
    result.members.addAll(members);
    result.members.removeAll(other.members);
    childByElement.forEach(
        (element, child) -> {
          if (!other.hasMember(element)) {
            result.attach(element, child.recursiveDifference(other.child(element)));
          }
        });
    return result;
  }

  /**
   * The set with all declared properties on the way to a member as members too: {@code spec} of
   * {@code spec.replicas}, but not the key of a map.
   */
  FieldSet withDeclaredParents(@Nullable Shape shape) {
    var result = new FieldSet();
    result.members.addAll(members);
    childByElement.forEach(
        (element, child) -> {
          @Nullable Shape inner = null;
          if (shape != null && element instanceof PathElement.Field(var name)) {
            inner = shape.field(name).orElse(null);
            if (shape.declares(name)) {
              result.members.add(element);
            }
          } else if (shape != null && element instanceof PathElement.Key) {
            inner = shape.item();
          }
          result.attach(element, child.withDeclaredParents(inner));
        });
    return result;
  }

  /** The paths of all members, in order. */
  List<List<PathElement>> paths() {
    var paths = new ArrayList<List<PathElement>>();
    collectPaths(List.of(), paths);
    return paths;
  }

  private void collectPaths(List<PathElement> prefix, List<List<PathElement>> into) {
    var elements = new TreeSet<>(members);
    elements.addAll(childByElement.keySet());
    for (var element : elements) {
      var path = new ArrayList<>(prefix);
      path.add(element);
      if (members.contains(element)) {
        into.add(List.copyOf(path));
      }
      child(element).collectPaths(path, into);
    }
  }

  private FieldSet copy() {
    var result = new FieldSet();
    result.members.addAll(members);
    result.childByElement.putAll(childByElement);
    return result;
  }

  private static PathElement field(String name) {
    return new PathElement.Field(name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSet set
        && members.size() == set.members.size()
        && difference(set).isEmpty()
        && set.difference(this).isEmpty();
  }

  @Override
  public int hashCode() {
    return members.size() * 31 + childByElement.size();
  }

  @Override
  public String toString() {
    return toJson().toString();
  }
}
