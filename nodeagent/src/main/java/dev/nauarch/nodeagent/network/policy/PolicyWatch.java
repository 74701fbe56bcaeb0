package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows policies, pods and namespaces, and has them enforced on this node, on one thread. Of pods
 * only those changes count that policies see: labels, addresses, ports.
 */
public final class PolicyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String node;
  private final PolicyGate gate;
  private final PolicyEnforcer enforcer;
  private final ChangeSignal changed = new ChangeSignal();
  private final Map<String, PolicyPod> podsByUid = new ConcurrentHashMap<>();
  private final Informer<NetworkPolicy> policies;
  private final Informer<Namespace> namespaces;
  private final Informer<Pod> pods;
  private final Thread thread;

  private PolicyWatch(ClusterClient client, String node, String table, PolicyGate gate) {
    this.node = node;
    this.gate = gate;
    this.enforcer = new PolicyEnforcer(table);
    gate.listen(changed::raise);
    this.policies =
        Informer.start(client, Resources.NETWORK_POLICIES, Selection.ALL, changed.listener());
    this.namespaces =
        Informer.start(client, Resources.NAMESPACES, Selection.ALL, changed.listener());
    this.pods = Informer.start(client, Resources.PODS, Selection.ALL, podListener());
    this.thread = Thread.ofVirtual().name("policy-watch").start(this::run);
  }

  /**
   * Starts following; what could not be enforced is tried again after five seconds, or with the
   * next change.
   *
   * @param node the name of this machine's node
   * @param table the name of the table for policies
   * @param gate where this node's new pods wait
   */
  public static PolicyWatch start(
      ClusterClient client, String node, String table, PolicyGate gate) {
    return new PolicyWatch(client, node, table, gate);
  }

  private InformerListener<Pod> podListener() {
    return new InformerListener<>() {
      @Override
      public void onUpsert(Pod pod) {
        var seen = PolicyPod.of(pod, node);
        if (!seen.equals(podsByUid.put(seen.uid(), seen))) {
          changed.raise();
        }
      }

      @Override
      public void onDelete(Pod pod) {
        podsByUid.remove(pod.getMetadata().getUid());
        changed.raise();
      }
    };
  }

  private void run() {
    try {
      while (!policies.awaitSynced(FIRST_LIST)
          || !namespaces.awaitSynced(FIRST_LIST)
          || !pods.awaitSynced(FIRST_LIST)) {
        LOG.warn("network policies, namespaces and pods can't be listed yet; new pods wait");
      }
      while (!Thread.currentThread().isInterrupted()) {
        if (enforce()) {
          changed.await(Duration.ZERO);
        } else {
          changed.await(Duration.ZERO, RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean enforce() {
    try {
      var attached = gate.attached();
      var world = new PolicyWorld(policies.all(), List.copyOf(podsByUid.values()), labels());
      gate.programmed(enforcer.enforce(world, attached));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("network policies could not be brought up to date; it is tried again", e);
      return false;
    }
  }

  private SortedMap<String, SortedMap<String, String>> labels() {
    var labels = new TreeMap<String, SortedMap<String, String>>();
    for (var namespace : namespaces.all()) {
      var meta = namespace.getMetadata();
      labels.put(meta.getName(), PolicyPod.sorted(meta.getLabels()));
    }
    return labels;
  }

  @Override
  public void close() {
    thread.interrupt();
    policies.close();
    namespaces.close();
    pods.close();
  }
}
