package dev.nauarch.apiserver.crd;

import java.net.URI;
import java.net.URISyntaxException;

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

  enum State {
    MISSING,
    INVALID,
    APPROVED,
    /** It says that nobody did. */
    BYPASSED
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

  private static boolean isLink(String text) {
    try {
      var link = new URI(text);
      return link.getScheme() != null && link.getHost() != null;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }
}
