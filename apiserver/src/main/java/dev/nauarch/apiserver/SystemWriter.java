package dev.nauarch.apiserver;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.registry.WriteOptions;
import java.util.List;

/** How the server itself writes objects. */
final class SystemWriter {

  private static final User SERVER =
      User.of("system:apiserver", List.of(User.MASTERS, User.AUTHENTICATED));

  private SystemWriter() {}

  static WriteOptions options(WriteOptions.Apply apply) {
    return new WriteOptions(
        SERVER,
        false,
        WriteOptions.FieldValidation.IGNORE,
        "kube-apiserver",
        apply,
        warning -> {},
        Json.object());
  }
}
