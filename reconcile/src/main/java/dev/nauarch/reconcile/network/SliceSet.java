package dev.nauarch.reconcile.network;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The slices that are wanted for one Service, against those that there are. */
final class SliceSet {

  private final Map<String, EndpointSlice> wantedByName = new TreeMap<>();

  SliceSet(List<EndpointSlice> wanted) {
    wanted.forEach(slice -> wantedByName.put(slice.getMetadata().getName(), slice));
  }

  /** Makes what lacks, brings up to date what differs, and deletes the others. */
  void settle(PlanDraft draft, List<EndpointSlice> existing) {
    var missing = new TreeMap<>(wantedByName);
    for (var slice : existing) {
      var wanted = missing.remove(slice.getMetadata().getName());
      if (wanted == null) {
        draft.delete(Resources.ENDPOINT_SLICES, slice);
      } else if (!isSame(wanted, slice)) {
        draft.update(Resources.ENDPOINT_SLICES, over(slice, wanted));
      }
    }
    missing.values().forEach(slice -> draft.create(Resources.ENDPOINT_SLICES, slice));
  }

  private static boolean isSame(EndpointSlice wanted, EndpointSlice existing) {
    return wanted.getEndpoints().equals(existing.getEndpoints())
        && wanted.getPorts().equals(existing.getPorts())
        && wanted.getMetadata().getLabels().equals(existing.getMetadata().getLabels())
        && annotations(wanted, existing).equals(orNone(existing.getMetadata().getAnnotations()));
  }

  /** Those that are wanted; where none are, those that somebody has given the slice. */
  private static Map<String, String> annotations(EndpointSlice wanted, EndpointSlice existing) {
    var own = wanted.getMetadata().getAnnotations();
    return orNone(own == null ? existing.getMetadata().getAnnotations() : own);
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> annotations) {
    return annotations == null ? new TreeMap<>() : annotations;
  }

  private static EndpointSlice over(EndpointSlice existing, EndpointSlice wanted) {
    return existing
        .edit()
        .editMetadata()
        .withLabels(wanted.getMetadata().getLabels())
        .withAnnotations(annotations(wanted, existing))
        .endMetadata()
        .withEndpoints(wanted.getEndpoints())
        .withPorts(wanted.getPorts())
        .build();
  }
}
