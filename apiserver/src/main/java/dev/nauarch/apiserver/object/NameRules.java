package dev.nauarch.apiserver.object;

import java.util.Optional;

/**
 * The rules for names, labels and namespaces. Every method gives the sentence that Kubernetes gives
 * for a text that breaks its rule, or nothing. Written without regular expressions, since names are
 * checked on every write.
 */
public final class NameRules {

  private static final String SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String LABEL =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  private static final String WILDCARD =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which"
          + " must consist of lower case alphanumeric characters, '-' or '.' and end with an"
          + " alphanumeric character (e.g. '*.example.com', regex used for validation is"
          + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String DNS_1035 =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  private static final String QUALIFIED =
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
          + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex"
          + " used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final String VALUE =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

  private NameRules() {}

  /** A lower-case subdomain of at most 253 characters: the name of most kinds. */
  public static Optional<String> subdomain(String name) {
    if (name.length() > 253) {
      return Optional.of(tooLong(253));
    }
    var start = 0;
    while (true) {
      var dot = name.indexOf('.', start);
      var end = dot < 0 ? name.length() : dot;
      if (!isLabel(name, start, end)) {
        return Optional.of(SUBDOMAIN);
      }
      if (dot < 0) {
        return Optional.empty();
      }
      start = dot + 1;
    }
  }

  /** A subdomain in which a star stands for the first label: hosts of ingresses. */
  public static Optional<String> wildcardSubdomain(String name) {
    if (name.length() > 253) {
      return Optional.of(tooLong(253));
    }
    return name.startsWith("*.") && subdomain(name.substring(2)).isEmpty()
        ? Optional.empty()
        : Optional.of(WILDCARD);
  }

  /** A lower-case label of at most 63 characters: namespaces. */
  public static Optional<String> label(String name) {
    if (name.length() > 63) {
      return Optional.of(tooLong(63));
    }
    return isLabel(name, 0, name.length()) ? Optional.empty() : Optional.of(LABEL);
  }

  /** A label that begins with a letter: services. */
  public static Optional<String> dns1035(String name) {
    if (name.length() > 63) {
      return Optional.of(tooLong(63));
    }
    return isLabel(name, 0, name.length()) && !isDigit(name.charAt(0))
        ? Optional.empty()
        : Optional.of(DNS_1035);
  }

  /** Anything that may stand between two slashes of a URL: roles and their bindings. */
  public static Optional<String> pathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("may not be '" + name + "'");
    }
    for (var illegal : new char[] {'/', '%'}) {
      if (name.indexOf(illegal) >= 0) {
        return Optional.of("may not contain '" + illegal + "'");
      }
    }
    return Optional.empty();
  }

  /** A label's or annotation's key: {@code [subdomain/]name}. */
  public static Optional<String> labelKey(String key) {
    var slash = key.indexOf('/');
    if (slash >= 0) {
      if (slash == 0) {
        return Optional.of("prefix part must be non-empty");
      }
      var prefix = subdomain(key.substring(0, slash));
      if (prefix.isPresent()) {
        return Optional.of("prefix part " + prefix.get());
      }
      if (key.indexOf('/', slash + 1) >= 0) {
        return Optional.of(
            "a qualified name "
                + QUALIFIED.substring("name part ".length())
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      }
    }
    var name = key.substring(slash + 1);
    if (name.isEmpty()) {
      return Optional.of("name part must be non-empty");
    }
    if (name.length() > 63) {
      return Optional.of("name part " + tooLong(63));
    }
    return isQualified(name) ? Optional.empty() : Optional.of(QUALIFIED);
  }

  /** A label's value. */
  public static Optional<String> labelValue(String value) {
    if (value.length() > 63) {
      return Optional.of(tooLong(63));
    }
    return value.isEmpty() || isQualified(value) ? Optional.empty() : Optional.of(VALUE);
  }

  private static String tooLong(int max) {
    return "must be no more than " + max + " characters";
  }

  private static boolean isLabel(String text, int start, int end) {
    if (start == end || text.charAt(start) == '-' || text.charAt(end - 1) == '-') {
      return false;
    }
    for (var i = start; i < end; i++) {
      var c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'z') && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isQualified(String text) {
    if (!isAlphanumeric(text.charAt(0)) || !isAlphanumeric(text.charAt(text.length() - 1))) {
      return false;
    }
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
