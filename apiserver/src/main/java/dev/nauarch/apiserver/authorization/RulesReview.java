package dev.nauarch.apiserver.authorization;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.ResourceAction;
import tools.jackson.databind.node.ObjectNode;

/** Answers SelfSubjectRulesReview: all that the sender may do in one namespace. */
public final class RulesReview implements ResourceAction {

  private final RbacAuthorizer authorizer;

  /** Reviews the stored roles. */
  public RulesReview(RbacAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public ObjectNode post(Call call) {
    var review = call.body();
    var namespace = review.path("spec").path("namespace").asString("");
    if (namespace.isEmpty()) {
      throw ApiException.badRequest("no namespace on request");
    }
    var status = review.putObject("status");
    var resources = status.putArray("resourceRules");
    var paths = status.putArray("nonResourceRules");
    for (var rule : authorizer.rules(call.user(), namespace)) {
      (rule.paths().isEmpty() ? resources : paths).add(rule.toTree());
    }
    var isNode = NodeAuthorizer.nodeOf(call.user()).isPresent();
    status.put("incomplete", isNode);
    if (isNode) {
      status.put("evaluationError", "node authorizer does not support user rule resolution");
    }
    return review;
  }
}
