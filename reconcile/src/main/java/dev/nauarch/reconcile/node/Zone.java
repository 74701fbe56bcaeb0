package dev.nauarch.reconcile.node;

import dev.nauarch.api.Tolerations;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The nodes of one zone that are not ready, and how soon one after the other their pods may be sent
 * away: where many fall silent at once, the network is at fault more likely than the nodes. When
 * that was done last is read off the nodes' taints.
 *
 * @param waiting the nodes whose turn has not come, those that are not ready for longest first
 * @param last when it was done last
 * @param pace the time between two nodes; empty where none may be emptied now
 */
record Zone(List<String> waiting, Optional<Instant> last, Optional<Duration> pace) {

  static final String EXCLUDED = "node.kubernetes.io/exclude-disruption";

  private static final Duration NORMAL = Duration.ofSeconds(10);
  private static final Duration CAREFUL = Duration.ofSeconds(100);

  /** A zone of more nodes than this goes on carefully where most of them are not ready. */
  private static final int LARGE = 50;

  private static final int FEW = 2;
  private static final double MOST = 0.55;

  static Zone of(Node member, List<Node> nodes) {
    var key = key(member);
    var waiting = new ArrayList<Node>();
    Optional<Instant> last = Optional.empty();
    int counted = 0;
    int lost = 0;
    for (var node : nodes) {
      if (!key.equals(key(node))) {
        continue;
      }
      var isReady = NodeStates.isReady(node);
      if (!hasLabel(node, EXCLUDED)) {
        counted++;
        lost += isReady ? 0 : 1;
      }
      var emptied = emptiedAt(node);
      if (emptied.isPresent()) {
        last = last.filter(at -> at.isAfter(emptied.get())).or(() -> emptied);
      } else if (!isReady) {
        waiting.add(node);
      }
    }
    waiting.sort(Comparator.comparing(Zone::since).thenComparing(n -> n.getMetadata().getName()));
    return new Zone(
        waiting.stream().map(node -> node.getMetadata().getName()).toList(),
        last,
        pace(counted, lost));
  }

  private static Optional<Duration> pace(int counted, int lost) {
    var areMostLost = lost < counted && lost > FEW && lost >= MOST * counted;
    if (!areMostLost) {
      return Optional.of(NORMAL);
    }
    return counted > LARGE ? Optional.of(CAREFUL) : Optional.empty();
  }

  private static String key(Node node) {
    return label(node, "topology.kubernetes.io/region")
        + "/"
        + label(node, "topology.kubernetes.io/zone");
  }

  private static boolean hasLabel(Node node, String name) {
    var labels = node.getMetadata().getLabels();
    return labels != null && labels.containsKey(name);
  }

  private static String label(Node node, String name) {
    var labels = node.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  private static String since(Node node) {
    return NodeStates.ready(node)
        .map(ready -> Objects.requireNonNullElse(ready.getLastTransitionTime(), ""))
        .orElse("");
  }

  /** Since when a node's pods are sent away for want of its agent. */
  static Optional<Instant> emptiedAt(Node node) {
    return Tolerations.taints(node).stream()
        .filter(NodeStates::isOurs)
        .filter(taint -> Tolerations.NO_EXECUTE.equals(taint.getEffect()))
        .map(Taint::getTimeAdded)
        .map(time -> time == null ? Instant.EPOCH : Times.parse(time))
        .findFirst();
  }

  /** When it is a node's turn, if nothing changes; empty where that can't be said. */
  Optional<Instant> turn(Node node, Instant now) {
    var rank = waiting.indexOf(node.getMetadata().getName());
    return pace.filter(every -> rank >= 0)
        .map(
            every -> {
              var free = last.map(at -> at.plus(every)).filter(at -> at.isAfter(now)).orElse(now);
              return free.plus(every.multipliedBy(rank));
            });
  }
}
