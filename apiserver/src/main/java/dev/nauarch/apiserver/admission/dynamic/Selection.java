package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Which requests a webhook, a policy or a binding is about, by resource and by labels.
 *
 * @param namespaces the labels of the namespace
 * @param objects the labels of the object, as it is or as it shall be
 * @param rules one of them must hold
 * @param excluded none of them may hold
 * @param isOfAll whether no rules at all mean all requests
 * @param isEquivalent whether a request for one version of a kind is about the others too
 */
record Selection(
    LabelSelector namespaces,
    LabelSelector objects,
    List<Rule> rules,
    List<Rule> excluded,
    boolean isOfAll,
    boolean isEquivalent) {

  /** That of a webhook. */
  static Selection ofWebhook(JsonNode webhook) {
    return of(webhook, Rule.allOf(webhook.path("rules")), false);
  }

  /** That of a policy or of a binding. */
  static Selection ofPolicy(JsonNode match) {
    return of(match, Rule.allOf(match.path("resourceRules")), true);
  }

  private static Selection of(JsonNode node, List<Rule> rules, boolean isOfAll) {
    return new Selection(
        LabelSelector.of(Json.child(node, "namespaceSelector")),
        LabelSelector.of(Json.child(node, "objectSelector")),
        rules,
        Rule.allOf(node.path("excludeResourceRules")),
        isOfAll,
        !Json.text(node, "matchPolicy").equals("Exact"));
  }

  /**
   * The version of the kind in which a request is meant; empty when none is.
   *
   * @throws dev.nauarch.api.ApiException {@code NOT_FOUND} where its namespace must be looked at
   *     and is not there
   */
  Optional<Kind> match(Reviewed request) {
    // Labels are looked at after the rules, which cost less; the answer is the same.
    if (matched(excluded, request).isPresent()) {
      return Optional.empty();
    }
    var kind = rules.isEmpty() && isOfAll ? Optional.of(request.kind()) : matched(rules, request);
    if (kind.isEmpty()) {
      return kind;
    }
    return request.hasLabels(objects) && request.isInNamespaceOf(namespaces)
        ? kind
        : Optional.empty();
  }

  private Optional<Kind> matched(List<Rule> candidates, Reviewed request) {
    for (var rule : candidates) {
      if (rule.matches(request, request.kind())) {
        return Optional.of(request.kind());
      }
    }
    if (isEquivalent && !candidates.isEmpty()) {
      var others = request.otherVersions();
      for (var rule : candidates) {
        for (var other : others) {
          if (rule.matches(request, other)) {
            return Optional.of(other);
          }
        }
      }
    }
    return Optional.empty();
  }
}
