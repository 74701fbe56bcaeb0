package dev.nauarch.reconcile.history;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a revision holds a template: as the strategic merge patch that brings it back, which is what
 * {@code kubectl rollout undo} sends.
 */
final class SavedTemplate {

  private static final String DIRECTIVE = "$patch";

  private SavedTemplate() {}

  /** What a revision of a template holds. */
  static Map<String, Object> of(PodTemplateSpec template) {
    var saved = new TreeMap<>(ModelCodec.map(template));
    saved.put(DIRECTIVE, "replace");
    var spec = new TreeMap<String, Object>();
    spec.put("template", saved);
    var patch = new TreeMap<String, Object>();
    patch.put("spec", spec);
    return patch;
  }

  /** The template of a revision; empty where somebody wrote one that holds something else. */
  static Optional<PodTemplateSpec> in(ControllerRevision revision) {
    if (revision.getData() == null) {
      return Optional.empty();
    }
    try {
      // Every kind that keeps revisions has its template at the same place.
      var spec = ModelCodec.copy(revision.getData(), StatefulSet.class).getSpec();
      if (spec == null || spec.getTemplate() == null) {
        return Optional.empty();
      }
      spec.getTemplate().getAdditionalProperties().remove(DIRECTIVE);
      return Optional.of(spec.getTemplate());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Text that is equal for equal templates, whoever wrote them. */
  static String text(PodTemplateSpec template) {
    return ModelCodec.canonical(template);
  }
}
