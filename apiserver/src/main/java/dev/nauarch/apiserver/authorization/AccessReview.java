package dev.nauarch.apiserver.authorization;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.Authorizer.Decision;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers SubjectAccessReview, LocalSubjectAccessReview and SelfSubjectAccessReview: may somebody,
 * or the sender, do something?
 */
public final class AccessReview implements ResourceAction {

  private static final String ONE_OF =
      "exactly one of nonResourceAttributes or resourceAttributes must be specified";

  private final Authorizer authorizer;

  /** Reviews by this authorizer. */
  public AccessReview(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public ObjectNode post(Call call) {
    var review = call.body();
    var spec = review.path("spec");
    boolean isSelf = call.kind().kind().equals("SelfSubjectAccessReview");
    check(call, spec, isSelf);
    if (call.kind().kind().equals("LocalSubjectAccessReview")) {
      requireSameNamespace(call, spec);
    }
    var decision = authorizer.authorize(isSelf ? call.user() : subject(spec), attributes(spec));
    var status = review.putObject("status");
    switch (decision) {
      case Decision.Allowed(var reason) -> {
        status.put("allowed", true);
        putReason(status, reason);
      }
      case Decision.Denied(var reason) -> {
        status.put("allowed", false);
        putReason(status, reason);
      }
    }
    return review;
  }

  private static void putReason(ObjectNode status, String reason) {
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
  }

  private static void check(Call call, JsonNode spec, boolean isSelf) {
    var errors = new ArrayList<FieldError>();
    var path = spec.path("nonResourceAttributes");
    if (spec.hasNonNull("resourceAttributes") && path.isObject()) {
      errors.add(
          FieldError.invalid(
              "spec.nonResourceAttributes",
              path.toString(),
              "cannot be specified in combination with resourceAttributes"));
    } else if (!spec.hasNonNull("resourceAttributes") && !path.isObject()) {
      errors.add(FieldError.invalid("spec.resourceAttributes", "null", ONE_OF));
    }
    if (!isSelf && spec.path("user").asString("").isEmpty() && spec.path("groups").isEmpty()) {
      errors.add(
          FieldError.invalid(
              "spec.user", "\"\"", "at least one of user or group must be specified"));
    }
    errors.addAll(ReviewedSelectors.check(spec.path("resourceAttributes")));
    if (!errors.isEmpty()) {
      throw ApiException.invalid(call.kind().group(), call.kind().kind(), "", errors);
    }
  }

  private static void requireSameNamespace(Call call, JsonNode spec) {
    var asked = spec.path("resourceAttributes").path("namespace").asString("");
    if (!asked.equals(call.target().namespace())) {
      var error =
          FieldError.invalid(
              "spec.resourceAttributes.namespace",
              '"' + asked + '"',
              "must match metadata.namespace");
      throw ApiException.invalid(call.kind().group(), call.kind().kind(), "", List.of(error));
    }
  }

  private static User subject(JsonNode spec) {
    var extra = new HashMap<String, List<String>>();
    for (var entry : spec.path("extra").properties()) {
      extra.put(entry.getKey().toLowerCase(Locale.ROOT), texts(entry.getValue()));
    }
    return new User(
        spec.path("user").asString(""),
        spec.path("uid").asString(""),
        texts(spec.path("groups")),
        Map.copyOf(extra));
  }

  private static Attributes attributes(JsonNode spec) {
    var path = spec.path("nonResourceAttributes");
    if (path.isObject()) {
      return Attributes.ofPath(path.path("verb").asString(""), path.path("path").asString(""));
    }
    var resource = spec.path("resourceAttributes");
    var wanted =
        new Attributes(
            resource.path("verb").asString(""),
            resource.path("group").asString(""),
            resource.path("version").asString(""),
            resource.path("resource").asString(""),
            resource.path("subresource").asString(""),
            resource.path("namespace").asString(""),
            resource.path("name").asString(""),
            "",
            List.of());
    return wanted.selecting(ReviewedSelectors.fields(resource));
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(item -> texts.add(item.asString("")));
    return texts;
  }
}
