package dev.nauarch.reconcile.cluster;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** Copies of objects of any kind. */
final class Copies {

  private Copies() {}

  static <T extends HasMetadata> T inNamespace(T object, Class<T> type, String namespace) {
    var copy = ModelCodec.copy(object, type);
    copy.getMetadata().setNamespace(namespace);
    return copy;
  }
}
