package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.expression.TreeValues;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.expression.AccessCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of what expressions about a request read. */
final class RequestVariables {

  private static final String ACCOUNT = "system:serviceaccount:";
  private static final String ACCOUNTS = "system:serviceaccounts";

  private RequestVariables() {}

  /**
   * The variables that every expression may read.
   *
   * @param as the version of the kind in which the request is meant
   */
  static Map<String, Object> of(Reviewed reviewed, Kind as) {
    var values = new HashMap<String, Object>();
    values.put("request", TreeValues.of(RequestForm.of(reviewed, as)));
    values.put("object", TreeValues.of(reviewed.object(as)));
    values.put("oldObject", TreeValues.of(reviewed.oldObject(as)));
    values.put("namespaceObject", TreeValues.ofNamespace(reviewed.namespaceObject()));
    var authorizer = reviewed.world().authorizer();
    var user = reviewed.request().context().user();
    AccessCheck check = question -> answer(authorizer, user, question);
    values.put("authorizer", AccessCheck.authorizer(check));
    var resource =
        new AccessCheck.Resource(
            as.group(),
            as.names().plural(),
            reviewed.subresource(),
            reviewed.namespace(),
            reviewed.name(),
            new AccessCheck.Selectors("", ""));
    values.put("authorizer.requestResource", AccessCheck.resource(check, resource));
    return values;
  }

  private static AccessCheck.Answer answer(
      Authorizer authorizer, User sender, AccessCheck.Question question) {
    var resource = question.resource();
    var attributes =
        question.path().isEmpty()
            ? new Attributes(
                question.verb(),
                resource.group(),
                "*",
                resource.plural(),
                resource.subresource(),
                resource.namespace(),
                resource.name(),
                "",
                FieldSelector.requirements(resource.selectors().fields()))
            : Attributes.ofPath(question.verb(), question.path());
    var subject = question.subject();
    var user = subject.equals(AccessCheck.Subject.SENDER) ? sender : account(subject);
    return switch (authorizer.authorize(user, attributes)) {
      case Authorizer.Decision.Allowed(var reason) -> new AccessCheck.Answer(true, reason, "");
      case Authorizer.Decision.Denied(var reason) -> new AccessCheck.Answer(false, reason, "");
    };
  }

  private static User account(AccessCheck.Subject subject) {
    return User.of(
        ACCOUNT + subject.namespace() + ":" + subject.name(),
        List.of(ACCOUNTS, ACCOUNTS + ":" + subject.namespace(), User.AUTHENTICATED));
  }
}
