package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which nodes belong to a flavor.
 *
 * @param nodeLabels labels of its nodes, which admitted pods are bound to
 * @param nodeTaints taints of its nodes, which a workload must tolerate
 * @param tolerations what admitted pods tolerate in addition
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceFlavorSpec(
    Map<String, String> nodeLabels, List<Taint> nodeTaints, List<Toleration> tolerations)
    implements Serializable {

  /** Nothing stated. */
  public static final ResourceFlavorSpec EMPTY =
      new ResourceFlavorSpec(new TreeMap<>(), List.of(), List.of());

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ResourceFlavorSpec {
    nodeLabels = nodeLabels == null ? new TreeMap<>() : new TreeMap<>(nodeLabels);
    nodeTaints = nodeTaints == null ? List.of() : List.copyOf(nodeTaints);
    tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
  }
}
