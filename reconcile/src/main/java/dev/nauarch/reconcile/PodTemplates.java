package dev.nauarch.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/** Pods out of templates. */
public final class PodTemplates {

  private PodTemplates() {}

  /** A pod of a template, owned by its controller; to be completed by the caller. */
  public static PodBuilder pod(PodTemplateSpec template, HasMetadata owner, String name) {
    var metadata = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(owner.getMetadata().getNamespace())
        .withName(name)
        .withLabels(metadata.getLabels())
        .withAnnotations(metadata.getAnnotations())
        .withFinalizers(metadata.getFinalizers())
        .withOwnerReferences(Owners.controller(owner))
        .endMetadata()
        .withSpec(template.getSpec().edit().build());
  }
}
