package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.apiserver.object.NameRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/**
 * Names of drivers, pools, signers and the like. The methods that return something give what
 * Kubernetes says of a text that breaks the rule, or nothing; the others add it to the problems.
 */
public final class NameForms {

  private static final int DRIVER_LENGTH_MAX = 63;
  private static final int POOL_LENGTH_MAX = 253;
  private static final int IDENTIFIER_LENGTH_MAX = 32;
  private static final int SIGNER_DOMAIN_LENGTH_MAX = 253;
  private static final int SIGNER_LENGTH_MAX = 571;
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private NameForms() {}

  /** The name of a driver of volumes or devices. */
  public static void driver(Problems problems, Field name) {
    if (name.isEmpty()) {
      problems.required(name, "");
      return;
    }
    if (name.text().length() > DRIVER_LENGTH_MAX) {
      problems.tooLong(name, DRIVER_LENGTH_MAX);
    }
    problems.form(name, text -> NameRules.subdomain(text.toLowerCase(Locale.ROOT)));
  }

  /** The name of a pool of devices: subdomains with slashes between them. */
  public static void pool(Problems problems, Field name) {
    if (name.isEmpty()) {
      problems.required(name, "");
      return;
    }
    if (name.text().length() > POOL_LENGTH_MAX) {
      problems.tooLong(name, POOL_LENGTH_MAX);
    }
    for (var part : List.of(name.text().split("/", -1))) {
      NameRules.subdomain(part)
          .ifPresent(
              detail ->
                  problems.invalid(new Field(StringNode.valueOf(part), name.path(), ""), detail));
    }
  }

  /** A uuid in its canonical form. */
  public static Optional<String> uuid(String text) {
    return UUID.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("must be a lowercase UUID in 8-4-4-4-12 format");
  }

  /** The key of a label that has a prefix. */
  public static Optional<String> prefixedKey(String text) {
    var wrong = NameRules.labelKey(text);
    if (wrong.isPresent()) {
      return wrong;
    }
    return text.indexOf('/') < 0
        ? Optional.of("must include a prefix (e.g. 'example.com/key')")
        : Optional.empty();
  }

  /**
   * The name of an attribute or a capacity of a device: an identifier, with or without a domain
   * before it.
   *
   * @param at names the value in messages; its own value is not looked at
   */
  public static void qualified(Problems problems, String name, Field at) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      identifier(problems, name, at);
    } else if (name.indexOf('/', slash + 1) < 0) {
      if (slash == 0) {
        problems.invalid(at, "\"\"", "the domain must not be empty");
      } else {
        driver(problems, new Field(StringNode.valueOf(name.substring(0, slash)), at.path(), ""));
      }
      if (slash == name.length() - 1) {
        problems.invalid(at, "\"\"", "the name must not be empty");
      } else {
        identifier(problems, name.substring(slash + 1), at);
      }
    }
  }

  /** As {@link #qualified}, with a domain. */
  public static void fullyQualified(Problems problems, Field name) {
    qualified(problems, name.text(), name);
    if (name.text().indexOf('/') < 0) {
      problems.invalid(
          name, "a fully qualified name must be a domain and a name separated by a slash");
    }
  }

  private static void identifier(Problems problems, String text, Field at) {
    var field = new Field(StringNode.valueOf(text), at.path(), "");
    if (text.length() > IDENTIFIER_LENGTH_MAX) {
      problems.tooLong(field, IDENTIFIER_LENGTH_MAX);
    }
    if (!IDENTIFIER.matcher(text).matches()) {
      problems.invalid(
          field,
          "a valid C identifier must start with alphabetic character or '_', followed by a string"
              + " of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',"
              + " regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')");
    }
  }

  /** A domain, which may end with a dot. */
  public static Optional<String> domain(String name) {
    var bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return NameRules.subdomain(bare)
        .or(
            () ->
                bare.indexOf('.') < 0
                    ? Optional.of("should be a domain with at least two segments separated by dots")
                    : Optional.empty());
  }

  /** The name of a signer: a domain, a slash and a path. */
  public static void signer(Problems problems, Field name) {
    if (!problems.require(name)) {
      return;
    }
    var parts = name.text().split("/", -1);
    if (parts.length != 2) {
      problems.invalid(
          name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
      return;
    }
    var domain = new Field(StringNode.valueOf(parts[0]), name.path(), "");
    if (parts[0].length() > SIGNER_DOMAIN_LENGTH_MAX) {
      problems.tooLong(domain, SIGNER_DOMAIN_LENGTH_MAX);
    }
    var labels = List.of(parts[0].split("\\.", -1));
    labels.stream()
        .filter(label -> NameRules.label(label).isPresent())
        .findFirst()
        .ifPresent(label -> badLabel(problems, domain, label, NameRules.label(label)));
    if (labels.size() < 2) {
      problems.invalid(domain, "should be a domain with at least two segments separated by dots");
    }
    var path = new Field(StringNode.valueOf(parts[1]), name.path(), "");
    List.of(parts[1].split("\\.", -1)).stream()
        .filter(label -> NameRules.subdomain(label).isPresent())
        .findFirst()
        .ifPresent(label -> badLabel(problems, path, label, NameRules.subdomain(label)));
    if (name.text().length() > SIGNER_LENGTH_MAX) {
      problems.tooLong(name, SIGNER_LENGTH_MAX);
    }
  }

  private static void badLabel(
      Problems problems, Field field, String label, Optional<String> detail) {
    problems.invalid(field, "validating label \"" + label + "\": " + detail.orElse(""));
  }
}
