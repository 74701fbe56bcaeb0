package dev.nauarch.apiserver.openapi;

/** How groups and versions are spelt in the names of operations and in tags. */
final class Names {

  private static final String OFFICIAL = ".k8s.io";

  private Names() {}

  /** For example {@code rbacAuthorization_v1}. */
  static String tag(String group, String version) {
    return ofGroup(group, false) + "_" + joined(version, false);
  }

  /** For example {@code RbacAuthorization}. */
  static String ofGroup(String group, boolean isCapital) {
    if (group.isEmpty()) {
      return isCapital ? "Core" : "core";
    }
    var name =
        group.endsWith(OFFICIAL) ? group.substring(0, group.length() - OFFICIAL.length()) : group;
    return joined(name, isCapital);
  }

  /** For example {@code V1beta1}. */
  static String ofVersion(String version) {
    return joined(version, true);
  }

  /** Leaves out what no name may hold, and begins each part with a capital. */
  private static String joined(String text, boolean isCapital) {
    var joined = new StringBuilder();
    var isNext = isCapital;
    for (var at = 0; at < text.length(); at++) {
      var letter = text.charAt(at);
      if (Character.isLetter(letter) || letter == '_' || (at > 0 && Character.isDigit(letter))) {
        joined.append(isNext ? Character.toUpperCase(letter) : letter);
        isNext = false;
      } else {
        isNext = true;
      }
    }
    return joined.toString();
  }
}
