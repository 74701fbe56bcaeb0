package dev.nauarch.apiserver.crd;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a definition of a group of Kubernetes itself says about who approved it.
 *
 * @param state what it says
 * @param annotation the text
 * @param reason the state in words
 */
record Approval(State state, String annotation, String reason) {

  static final String ANNOTATION = "api-approved.kubernetes.io";

  private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";

  private static final String CONDITION = "KubernetesAPIApprovalPolicyConformant";

  enum State {
    MISSING("MissingAnnotation"),
    INVALID("InvalidAnnotation"),
    APPROVED("ApprovedAnnotation"),
    /** It says that nobody did. */
    BYPASSED("UnapprovedAnnotation");

    private final String word;

    State(String word) {
      this.word = word;
    }
  }

  /** Whether a group is one of Kubernetes itself. */
  static boolean isNeeded(String group) {
    return group.equals("k8s.io")
        || group.endsWith(".k8s.io")
        || group.equals("kubernetes.io")
        || group.endsWith(".kubernetes.io");
  }

  static Approval of(Definition definition) {
    var text =
        definition.object().path("metadata").path("annotations").path(ANNOTATION).asString("");
    var needed = "protected groups must have approval annotation \"" + ANNOTATION + "\"";
    if (text.isEmpty()) {
      return new Approval(State.MISSING, text, needed + SEE);
    }
    if (text.startsWith("unapproved")) {
      return new Approval(State.BYPASSED, text, "not approved: \"" + text + '"');
    }
    return isLink(text)
        ? new Approval(State.APPROVED, text, "approved in " + text)
        : new Approval(
            State.INVALID,
            text,
            needed + " with either a URL or a reason starting with \"unapproved\"" + SEE);
  }

  /** Says in a definition's status what it says of its approval, where it needs one. */
  static void tell(Definition definition, ObjectNode status, Instant now) {
    if (isNeeded(definition.group())) {
      var approval = of(definition);
      var isApproved = approval.state == State.APPROVED;
      DefinitionStatus.set(
          status, now, CONDITION, isApproved, approval.state.word, approval.reason);
    }
  }

  /** Whether the status of a definition says so already. */
  static boolean isTold(Definition definition) {
    if (!isNeeded(definition.group())) {
      return true;
    }
    var approval = of(definition);
    return definition.object().path("status").path("conditions").values().stream()
        .filter(condition -> condition.path("type").asString("").equals(CONDITION))
        .anyMatch(
            condition ->
                condition.path("reason").asString("").equals(approval.state.word)
                    && condition.path("message").asString("").equals(approval.reason));
  }

  private static boolean isLink(String text) {
    try {
      var link = new URI(text);
      return link.getScheme() != null && link.getHost() != null;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }
}
