package dev.nauarch.scheduling.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why a pod can't run, node by node; nodes that are refused for the same reasons are one group. */
public final class Refusals {

  /** Nodes that are refused for the same reasons. */
  public static final class Group {
    private final List<Refusal> refusals;
    private final boolean isLasting;
    private int count;

    private Group(List<Refusal> refusals) {
      this.refusals = List.copyOf(refusals);
      this.isLasting = refusals.stream().anyMatch(Refusal::lasting);
    }

    /** The reasons, at least one, in the order of the rules. */
    public List<Refusal> refusals() {
      return refusals;
    }

    /** How many nodes. */
    public int count() {
      return count;
    }

    /** Whether one of the reasons would hold on empty nodes too. */
    public boolean isLasting() {
      return isLasting;
    }

    /** How many rules refuse. */
    public int rules() {
      return (int) refusals.stream().map(one -> one.rule() + "/" + one.cause()).distinct().count();
    }
  }

  private final Map<List<Refusal>, Group> groupByRefusals = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();
  private @Nullable Group[] groupByNode = new Group[0];

  Refusals() {}

  /** The groups, which all have nodes, in no order that means anything. */
  public List<Group> groups() {
    return List.copyOf(groups);
  }

  /** The same of some nodes only. */
  public Refusals in(Area area) {
    if (area.isWhole()) {
      return this;
    }
    var some = new Refusals();
    for (var i = 0; i < area.size(0); i++) {
      var group = groupOf(area.node(i));
      if (group != null) {
        some.put(area.node(i), some.group(group.refusals));
      }
    }
    return some;
  }

  /** How many nodes are refused. */
  public int count() {
    return groups.stream().mapToInt(Group::count).sum();
  }

  /** Every reason that is given for some node, once. */
  public Stream<Refusal> distinct() {
    return groups.stream().flatMap(group -> group.refusals.stream()).distinct();
  }

  /** Does something with the number of each node of a group, in their order. */
  public void forEachNode(Group group, IntConsumer action) {
    for (var node = 0; node < groupByNode.length; node++) {
      if (groupByNode[node] == group) {
        action.accept(node);
      }
    }
  }

  /** The group of a node; null where nothing refuses it. */
  @Nullable Group groupOf(int node) {
    return node < groupByNode.length ? groupByNode[node] : null;
  }

  /** The group of these reasons; null for none. */
  @Nullable Group group(List<Refusal> refusals) {
    if (refusals.isEmpty()) {
      return null;
    }
    var known = groupByRefusals.get(refusals);
    if (known != null) {
      return known;
    }
    var group = new Group(refusals);
    groupByRefusals.put(group.refusals, group);
    groups.add(group);
    return group;
  }

  void put(int node, @Nullable Group group) {
    if (node >= groupByNode.length) {
      groupByNode = Arrays.copyOf(groupByNode, Math.max(64, 2 * (node + 1)));
    }
    var old = groupByNode[node];
    if (old == group) {
      return;
    }
    groupByNode[node] = group;
    if (group != null) {
      group.count++;
    }
    if (old != null && --old.count == 0) {
      groupByRefusals.remove(old.refusals);
      groups.remove(old);
    }
  }
}
