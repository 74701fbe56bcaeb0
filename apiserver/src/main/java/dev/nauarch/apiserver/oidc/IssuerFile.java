package dev.nauarch.apiserver.oidc;

import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.oidc.Expression.Failure;
import dev.nauarch.apiserver.oidc.Issuer.Extra;
import dev.nauarch.apiserver.oidc.Issuer.Mapping;
import dev.nauarch.apiserver.oidc.Issuer.Rule;
import dev.nauarch.apiserver.port.Strangers;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.expression.ValueType.Scalar;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/**
 * Reads an AuthenticationConfiguration: which issuers are believed, and where nobody need log in.
 */
public final class IssuerFile {

  private static final Set<String> VERSIONS =
      Set.of(
          "apiserver.config.k8s.io/v1",
          "apiserver.config.k8s.io/v1beta1",
          "apiserver.config.k8s.io/v1alpha1");
  private static final int ISSUERS_MAX = 64;
  private static final String BOTH = "claim and expression can't both be set";

  private final Problems problems;

  private IssuerFile(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads a file.
   *
   * @throws IOException when the file can't be read
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static LoginRules read(Path file) throws IOException {
    return SettingsFile.read(file, (root, problems) -> new IssuerFile(problems).rules(root));
  }

  /** Reads the same from a text, which messages call by a name. */
  static LoginRules read(Path name, byte[] content) {
    return SettingsFile.read(
        name, content, (root, problems) -> new IssuerFile(problems).rules(root));
  }

  private LoginRules rules(Field file) {
    return new LoginRules(issuers(file), strangers(file.at("anonymous")));
  }

  private Strangers strangers(Field anonymous) {
    if (!anonymous.isPresent()) {
      return Strangers.WELCOME;
    }
    fields(anonymous, "enabled", "conditions");
    var enabled = anonymous.at("enabled");
    if (!enabled.node().isBoolean()) {
      problems.required(enabled, "must be true or false");
    }
    var conditions = anonymous.at("conditions");
    if (!enabled.flag(false) && !conditions.items().isEmpty()) {
      problems.invalid(conditions, "enabled should be set to true when conditions are defined");
    }
    var paths = new HashSet<String>();
    for (var condition : conditions.items()) {
      fields(condition, "path");
      if (problems.require(condition.at("path"))) {
        paths.add(condition.at("path").text());
      }
    }
    return new Strangers(enabled.flag(false), paths);
  }

  private List<Issuer> issuers(Field file) {
    fields(file, "apiVersion", "kind", "jwt", "anonymous");
    if (!VERSIONS.contains(file.at("apiVersion").text())) {
      problems.notSupported(file.at("apiVersion"), List.copyOf(VERSIONS));
    }
    if (!file.at("kind").is("AuthenticationConfiguration")) {
      problems.notSupported(file.at("kind"), List.of("AuthenticationConfiguration"));
    }
    var items = file.at("jwt").items();
    if (items.size() > ISSUERS_MAX) {
      problems.tooMany(file.at("jwt"), ISSUERS_MAX);
      return List.of();
    }
    problems.unique(items.stream().map(item -> item.at("issuer", "url")).toList());
    problems.unique(items.stream().map(item -> item.at("issuer", "discoveryURL")).toList());
    return items.stream().map(this::issuer).toList();
  }

  private void fields(Field object, String... known) {
    SettingsFile.knownFields(problems, object, known);
  }

  private Issuer issuer(Field item) {
    fields(item, "issuer", "claimValidationRules", "claimMappings", "userValidationRules");
    var issuer = item.at("issuer");
    fields(
        issuer, "url", "discoveryURL", "certificateAuthority", "audiences", "audienceMatchPolicy");
    var url = issuer.at("url");
    if (problems.require(url)) {
      url(url);
      if (url.is(ServiceAccountTokens.ISSUER)) {
        problems.invalid(
            url,
            "URL must not overlap with disallowed issuers: [" + ServiceAccountTokens.ISSUER + "]");
      }
    }
    var discovery = issuer.at("discoveryURL");
    if (!discovery.isEmpty()) {
      if (trimmed(discovery.text()).equals(trimmed(url.text()))) {
        problems.invalid(discovery, "discoveryURL must be different from URL");
      }
      url(discovery);
    }
    var mappings = item.at("claimMappings");
    return new Issuer(
        url.text(),
        discovery.isEmpty()
            ? trimmed(url.text()) + "/.well-known/openid-configuration"
            : discovery.text(),
        authorities(issuer.at("certificateAuthority")),
        audiences(issuer),
        mappings(item, mappings),
        Issuer.ALGORITHMS);
  }

  private static String trimmed(String url) {
    return url.replaceAll("/+$", "");
  }

  private void url(Field field) {
    try {
      var url = new URI(field.text());
      if (!"https".equals(url.getScheme())) {
        problems.invalid(field, "URL scheme must be https");
      }
      if (url.getUserInfo() != null) {
        problems.invalid(field, "URL must not contain a username or password");
      }
      if (url.getQuery() != null) {
        problems.invalid(field, "URL must not contain a query");
      }
      if (url.getFragment() != null) {
        problems.invalid(field, "URL must not contain a fragment");
      }
      if (url.getHost() == null) {
        problems.invalid(field, "URL must have a host");
      }
    } catch (URISyntaxException e) {
      problems.invalid(field, String.valueOf(e.getMessage()));
    }
  }

  private List<X509Certificate> authorities(Field pem) {
    if (pem.isEmpty()) {
      return List.of();
    }
    try {
      return Pem.readChain(pem.text().getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      problems.invalid(
          new Field(StringNode.valueOf("<omitted>"), pem.path(), ""),
          String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private List<String> audiences(Field issuer) {
    var audiences = issuer.at("audiences");
    var policy = issuer.at("audienceMatchPolicy");
    if (audiences.isEmpty()) {
      problems.required(audiences, "at least one " + audiences.path() + " is required");
    }
    audiences.items().forEach(problems::require);
    problems.unique(audiences.items());
    if (audiences.items().size() > 1 && !policy.is("MatchAny")) {
      problems.invalid(policy, "audienceMatchPolicy must be MatchAny for multiple audiences");
    } else if (!policy.isEmpty() && !policy.is("MatchAny")) {
      problems.invalid(policy, "audienceMatchPolicy must be empty or MatchAny for single audience");
    }
    return audiences.items().stream().map(Field::text).toList();
  }

  private Issuer.Mappings mappings(Field item, Field mappings) {
    fields(mappings, "username", "groups", "uid", "extra");
    var username = mapping(mappings.at("username"), true);
    if (username.isEmpty()
        && mappings.at("username", "claim").isEmpty()
        && mappings.at("username", "expression").isEmpty()) {
      problems.required(mappings.at("username"), "claim or expression is required");
    }
    var extra = new ArrayList<Extra>();
    problems.unique(mappings.at("extra").items().stream().map(each -> each.at("key")).toList());
    mappings.at("extra").items().forEach(each -> extra(each).ifPresent(extra::add));
    return new Issuer.Mappings(
        username.orElse(new Mapping.Claim("sub", "")),
        mapping(mappings.at("groups"), true),
        mapping(mappings.at("uid"), false),
        extra,
        rules(item.at("claimValidationRules"), Expression.CLAIMS),
        rules(item.at("userValidationRules"), Expression.USER));
  }

  private Optional<Mapping> mapping(Field field, boolean hasPrefix) {
    fields(field, hasPrefix ? new String[] {"claim", "prefix", "expression"} : UID_FIELDS);
    var claim = field.at("claim");
    var prefix = field.at("prefix");
    var expression = field.at("expression");
    if (!claim.isEmpty() && !expression.isEmpty()) {
      problems.invalid(new Field(StringNode.valueOf(""), field.path(), ""), BOTH);
      return Optional.empty();
    }
    if (!expression.isEmpty()) {
      if (prefix.isPresent()) {
        problems.invalid(prefix, "prefix can't be set when expression is set");
      }
      return expression(expression, Expression.CLAIMS, Scalar.ANY).map(Mapping.Computed::new);
    }
    if (claim.isEmpty()) {
      if (!prefix.isEmpty()) {
        problems.invalid(prefix, "non-empty prefix can't be set when claim is not set");
      }
      return Optional.empty();
    }
    if (hasPrefix && !prefix.isPresent()) {
      problems.required(
          prefix,
          "prefix is required when claim is set. It can be set to an empty string to disable"
              + " prefixing");
    }
    return Optional.of(new Mapping.Claim(claim.text(), prefix.text()));
  }

  private static final String[] UID_FIELDS = {"claim", "expression"};

  private Optional<Extra> extra(Field field) {
    fields(field, "key", "valueExpression");
    var key = field.at("key");
    if (problems.require(key)) {
      var text = key.text();
      int slash = text.indexOf('/');
      if (slash <= 0 || slash == text.length() - 1) {
        problems.invalid(key, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      }
      if (!text.equals(text.toLowerCase(Locale.ROOT))) {
        problems.invalid(key, "must be lowercase");
      }
      var domain = "." + text.substring(0, Math.max(0, slash));
      if (domain.endsWith(".k8s.io") || domain.endsWith(".kubernetes.io")) {
        problems.invalid(
            key, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
      }
    }
    return problems.require(field.at("valueExpression"))
        ? expression(field.at("valueExpression"), Expression.CLAIMS, Scalar.ANY)
            .map(value -> new Extra(key.text(), value))
        : Optional.empty();
  }

  private List<Rule> rules(Field rules, String variable) {
    var made = new ArrayList<Rule>();
    problems.unique(rules.items().stream().map(rule -> rule.at("claim")).toList());
    problems.unique(rules.items().stream().map(rule -> rule.at("expression")).toList());
    var isOfClaims = variable.equals(Expression.CLAIMS);
    for (var rule : rules.items()) {
      var claim = rule.at("claim");
      var expression = rule.at("expression");
      if (isOfClaims) {
        fields(rule, "claim", "requiredValue", "expression", "message");
      } else {
        fields(rule, "expression", "message");
      }
      if (isOfClaims && !claim.isEmpty() && !expression.isEmpty()) {
        problems.invalid(new Field(claim.node(), rule.path(), ""), BOTH);
      } else if (isOfClaims && !claim.isEmpty()) {
        if (!rule.at("message").isEmpty()) {
          problems.invalid(rule.at("message"), "may not be specified when claim is set");
        }
        made.add(new Rule.Required(claim.text(), rule.at("requiredValue").text()));
      } else if (expression.isEmpty()) {
        problems.required(
            isOfClaims ? rule : expression, isOfClaims ? "claim or expression is required" : "");
      } else {
        if (!rule.at("requiredValue").isEmpty()) {
          problems.invalid(rule.at("requiredValue"), "may not be specified when expression is set");
        }
        expression(expression, variable, Scalar.BOOL)
            .ifPresent(found -> made.add(new Rule.True(found, rule.at("message").text())));
      }
    }
    return made;
  }

  private Optional<Expression> expression(Field field, String variable, Scalar result) {
    try {
      return Optional.of(Expression.compile(field.text(), variable, result));
    } catch (Failure e) {
      problems.invalid(field, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
