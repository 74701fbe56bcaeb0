package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.SharedClaims;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.util.List;

/** The claims of a PodGroup as the scheduler knows them. */
public final class SharedClaimsTranslation {

  private SharedClaimsTranslation() {}

  /** The claims that the pods of a group share. */
  public static SharedClaims of(PodGroup group) {
    return new SharedClaims(
        ObjectKey.of(group),
        PodTranslation.orEmpty(group.getMetadata().getUid()),
        group.getSpec() == null
            ? List.of()
            : group.getSpec().getResourceClaims().stream()
                .map(
                    entry ->
                        new SharedClaims.Entry(
                            entry.getName(),
                            PodTranslation.orEmpty(entry.getResourceClaimTemplateName()),
                            PodTranslation.orEmpty(entry.getResourceClaimName())))
                .toList());
  }
}
