package dev.nauarch.apiserver.port;

import dev.nauarch.api.catalog.Kind;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * A POST that stores nothing under the name it was posted to but computes an answer: a TokenReview,
 * a SubjectAccessReview, or a subresource such as {@code serviceaccounts/token}.
 */
public interface ResourceAction {

  /**
   * A call.
   *
   * @param user who asks
   * @param kind the kind of the resource
   * @param subresource empty for the resource itself
   * @param target the object's name and namespace as the URL gives them
   * @param parent reads the object whose subresource it is; empty for the resource itself
   * @param body what was posted, decoded and defaulted
   * @param mode how it is called
   */
  record Call(
      User user,
      Kind kind,
      String subresource,
      AdmissionRequest.Target target,
      Optional<Supplier<ObjectNode>> parent,
      ObjectNode body,
      Mode mode) {}

  /**
   * How it is called.
   *
   * @param isDryRun whether nothing may be stored
   * @param warnings takes texts that the client is shown in {@code Warning} headers
   */
  record Mode(boolean isDryRun, Consumer<String> warnings) {}

  /**
   * Answers.
   *
   * @throws dev.nauarch.api.ApiException where the answer is not success
   */
  ObjectNode post(Call call);
}
