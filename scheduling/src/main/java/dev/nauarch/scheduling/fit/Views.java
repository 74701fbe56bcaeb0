package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.plugin.NodeView;
import dev.nauarch.scheduling.plugin.PodView;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Pods and nodes as plug-ins see them. */
final class Views {

  private Views() {}

  /** A pod. */
  record OfPod(PodState pod) implements PodView {
    @Override
    public String namespace() {
      return pod.key().namespace();
    }

    @Override
    public String name() {
      return pod.isPlaceOnly() ? "" : pod.key().name();
    }

    @Override
    public SortedMap<String, String> labels() {
      return pod.labels();
    }

    @Override
    public SortedMap<String, String> annotations() {
      return pod.annotations();
    }

    @Override
    public int priority() {
      return pod.priority();
    }

    @Override
    public long requests(String resource) {
      return pod.shape().requests().of(resource);
    }
  }

  /** A node. */
  record OfNode(NodeSlot slot) implements NodeView {
    @Override
    public String name() {
      return slot.name();
    }

    @Override
    public SortedMap<String, String> labels() {
      return slot.state().labels();
    }

    @Override
    public SortedMap<String, String> annotations() {
      return slot.state().annotations();
    }

    @Override
    public long allocatable(String resource) {
      return slot.state().allocatable().of(resource);
    }

    @Override
    public long requested(String resource) {
      return allocatable(resource) - slot.free().of(resource);
    }

    @Override
    public List<PodView> pods() {
      var pods = new ArrayList<PodView>(slot.pods().size());
      for (var pod : slot.pods()) {
        if (!pod.isPlaceOnly()) {
          pods.add(new OfPod(pod));
        }
      }
      return pods;
    }
  }
}
