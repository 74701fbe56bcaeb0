package dev.nauarch.apiserver.authorization;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import java.util.List;

/** The answer to a request that its sender may not make, in the words of Kubernetes. */
public final class Forbidden {

  private Forbidden() {}

  /**
   * The refusal of a request.
   *
   * @param reason the authorizer's, which may be empty
   */
  public static ApiException of(User user, Attributes wanted, String reason) {
    var tail = cannot(user, wanted) + (reason.isEmpty() ? "" : ": " + reason);
    var qualified =
        wanted.group().isEmpty() ? wanted.resource() : wanted.resource() + "." + wanted.group();
    var head = "forbidden: ";
    if (wanted.isResource()) {
      head =
          wanted.name().isEmpty()
              ? qualified + " is forbidden: "
              : qualified + " \"" + wanted.name() + "\" is forbidden: ";
    }
    return new ApiException(
        Reason.FORBIDDEN,
        head + tail,
        new Details(wanted.group(), wanted.resource(), wanted.name(), List.of(), 0));
  }

  private static String cannot(User user, Attributes wanted) {
    var head = "User \"" + user.name() + "\" cannot " + wanted.verb();
    if (!wanted.isResource()) {
      return head + " path \"" + wanted.path() + "\"";
    }
    var resource =
        wanted.subresource().isEmpty()
            ? wanted.resource()
            : wanted.resource() + "/" + wanted.subresource();
    var where =
        wanted.namespace().isEmpty()
            ? " at the cluster scope"
            : " in the namespace \"" + wanted.namespace() + "\"";
    return head + " resource \"" + resource + "\" in API group \"" + wanted.group() + "\"" + where;
  }
}
