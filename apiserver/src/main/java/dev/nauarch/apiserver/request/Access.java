package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.authorization.Forbidden;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.AuditNotes;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Authenticator;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.port.Strangers;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who sends a request, also on behalf of whom, and refuses what that user may not do. */
public final class Access {

  private static final Logger LOG = LoggerFactory.getLogger(Access.class);
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
  private static final String IMPERSONATE = "impersonate-";
  private static final String EXTRA = "impersonate-extra-";

  private final Authenticator authenticator;
  private final Strangers strangers;
  private final Authorizer authorizer;

  /** Access by these rules. */
  public Access(Authenticator authenticator, Strangers strangers, Authorizer authorizer) {
    this.authenticator = authenticator;
    this.strangers = strangers;
    this.authorizer = authorizer;
  }

  /**
   * Who sends a request, or who it is to be taken for.
   *
   * @throws ApiException {@code UNAUTHORIZED}, {@code FORBIDDEN}
   */
  User user(Request request) {
    var sender =
        switch (authenticator.authenticate(request.credentials())) {
          case Authentication.Known(var user) -> user;
          case Authentication.None none -> stranger(request);
          case Authentication.Rejected(var reason) -> {
            LOG.info("Refused credentials from {}: {}", request.remote(), reason);
            throw unauthorized();
          }
        };
    if (!request.headers().first("Impersonate-User").isEmpty()) {
      AuditNotes.known(sender, sender);
      var user = impersonated(sender, request.headers());
      AuditNotes.known(sender, user);
      return user;
    }
    var partial = request.headers().names(IMPERSONATE);
    if (!partial.isEmpty()) {
      throw ApiException.badRequest(
          "requested " + partial.getFirst() + " without impersonating a user");
    }
    AuditNotes.known(sender, sender);
    return sender;
  }

  private User stranger(Request request) {
    if (!strangers.mayAskFor(request.path())) {
      throw unauthorized();
    }
    return User.ANONYMOUS;
  }

  private static ApiException unauthorized() {
    return new ApiException(
        ApiException.Reason.UNAUTHORIZED, "Unauthorized", ApiException.Details.NONE);
  }

  /**
   * Refuses a request that its user may not make, and has written down why it was let in.
   *
   * @throws ApiException {@code FORBIDDEN}
   */
  void enter(User user, Attributes wanted) {
    AuditNotes.asked(wanted);
    switch (authorizer.authorize(user, wanted)) {
      case Authorizer.Decision.Allowed(var reason) -> {
        AuditNotes.annotate("authorization.k8s.io/decision", "allow");
        AuditNotes.annotate("authorization.k8s.io/reason", reason);
      }
      case Authorizer.Decision.Denied(var reason) -> {
        AuditNotes.annotate("authorization.k8s.io/decision", "forbid");
        AuditNotes.annotate("authorization.k8s.io/reason", reason);
        throw Forbidden.of(user, wanted, reason);
      }
    }
  }

  /**
   * Refuses what a user may not do.
   *
   * @throws ApiException {@code FORBIDDEN}
   */
  public void check(User user, Attributes wanted) {
    if (authorizer.authorize(user, wanted) instanceof Authorizer.Decision.Denied(var reason)) {
      throw Forbidden.of(user, wanted, reason);
    }
  }

  private User impersonated(User sender, Headers headers) {
    var name = headers.first("Impersonate-User");
    var groups = new ArrayList<>(headers.all("Impersonate-Group"));
    if (name.startsWith(SERVICE_ACCOUNT)) {
      var colon = name.indexOf(':', SERVICE_ACCOUNT.length());
      var end = colon < 0 ? name.length() : colon;
      var namespace = name.substring(SERVICE_ACCOUNT.length(), end);
      var account = name.substring(Math.min(name.length(), end + 1));
      check(sender, impersonation("", "serviceaccounts", "", namespace, account));
      if (groups.isEmpty()) {
        groups.add("system:serviceaccounts");
        groups.add("system:serviceaccounts:" + namespace);
      }
    } else {
      check(sender, impersonation("", "users", "", "", name));
    }
    for (var group : headers.all("Impersonate-Group")) {
      check(sender, impersonation("", "groups", "", "", group));
    }
    var uid = headers.first("Impersonate-Uid");
    if (!uid.isEmpty()) {
      check(sender, impersonation("authentication.k8s.io", "uids", "", "", uid));
    }
    var everybody = name.equals(User.ANONYMOUS.name()) ? User.UNAUTHENTICATED : User.AUTHENTICATED;
    if (!groups.contains(everybody)) {
      groups.add(everybody);
    }
    return new User(name, uid, groups, extra(sender, headers));
  }

  private Map<String, List<String>> extra(User sender, Headers headers) {
    var extra = new LinkedHashMap<String, List<String>>();
    for (var name : headers.names(EXTRA)) {
      var key = Query.decode(name.substring(EXTRA.length()).toLowerCase(Locale.ROOT));
      for (var value : headers.all(name)) {
        check(sender, impersonation("authentication.k8s.io", "userextras", key, "", value));
      }
      extra.put(key, List.copyOf(headers.all(name)));
    }
    return extra;
  }

  private static Attributes impersonation(
      String group, String resource, String subresource, String namespace, String name) {
    return new Attributes(
        "impersonate", group, "v1", resource, subresource, namespace, name, "", List.of());
  }
}
