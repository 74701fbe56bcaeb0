package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.Strangers;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import java.util.Optional;

/** Guards that let everybody with a certificate do everything, and nobody else anything. */
final class PlainGuards {

  static final User ADMIN = User.of("admin", List.of(User.MASTERS, User.AUTHENTICATED));

  private PlainGuards() {}

  static Guards make() {
    Admission admission =
        new Admission() {
          @Override
          public void mutate(AdmissionRequest request) {}

          @Override
          public void validate(AdmissionRequest request) {}
        };
    Strategies strategies =
        new Strategies() {
          @Override
          public Strategy of(Kind kind) {
            return Strategy.PLAIN;
          }

          @Override
          public Optional<ResourceAction> action(Kind kind, String subresource) {
            return Optional.empty();
          }
        };
    return new Guards(
        credentials ->
            credentials.chain().isEmpty()
                ? new Authentication.None()
                : new Authentication.Known(ADMIN),
        Strangers.WELCOME,
        PlainGuards::authorize,
        admission,
        strategies,
        List.of(),
        request -> Optional.empty());
  }

  private static Authorizer.Decision authorize(User user, Attributes wanted) {
    return user.groups().contains(User.MASTERS)
        ? new Authorizer.Decision.Allowed("")
        : new Authorizer.Decision.Denied("");
  }
}
