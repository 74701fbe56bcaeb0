package dev.nauarch.apiserver.oidc;

import dev.nauarch.apiserver.oidc.Expression.Failure;
import dev.nauarch.apiserver.oidc.Issuer.Mapping;
import dev.nauarch.apiserver.oidc.Issuer.Rule;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The claims of a checked token, on their way to be a user. */
record Claims(JsonNode claims) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String EMAIL = "email";

  /**
   * The user that they are.
   *
   * @throws Failure where they are nobody whom the mappings let in
   */
  User user(Issuer.Mappings mappings) throws Failure {
    var name = name(mappings.username());
    var groups = new ArrayList<String>();
    if (mappings.groups().isPresent()) {
      groups.addAll(groups(mappings.groups().get()));
    }
    var uid = mappings.uid().isPresent() ? text(mappings.uid().get(), "uid") : "";
    var extra = new LinkedHashMap<String, List<String>>();
    for (var each : mappings.extra()) {
      var values = texts(each.value().value(claims), "extra");
      if (!values.isEmpty()) {
        extra.put(each.key(), values);
      }
    }
    for (var rule : mappings.claimRules()) {
      check(rule, claims, "validation expression");
    }
    var withoutEverybody = new User(name, uid, groups, extra);
    for (var rule : mappings.userRules()) {
      check(rule, tree(withoutEverybody), "user validation expression");
    }
    groups.add(User.AUTHENTICATED);
    return new User(name, uid, groups, extra);
  }

  private String name(Mapping mapping) throws Failure {
    var name = text(mapping, "username");
    if (name.isEmpty()) {
      throw new Failure("oidc: empty username via CEL expression is not allowed");
    }
    // Who has not shown that an address is theirs is not known by it.
    if (mapping instanceof Mapping.Claim(var claim, var prefix)
        && claim.equals(EMAIL)
        && claims.has("email_verified")
        && !claims.path("email_verified").asBoolean(false)) {
      throw new Failure("oidc: email not verified");
    }
    return name;
  }

  private String text(Mapping mapping, String what) throws Failure {
    return switch (mapping) {
      case Mapping.Claim(var name, var prefix) -> {
        if (!claims.path(name).isString()) {
          throw new Failure(
              "oidc: parse "
                  + what
                  + " claims \""
                  + name
                  + "\": "
                  + (claims.has(name) ? "claim is not a text" : "claim not present"));
        }
        yield prefix + claims.path(name).asString();
      }
      case Mapping.Computed(var expression) -> {
        if (!(expression.value(claims) instanceof String text)) {
          throw new Failure("oidc: " + what + ": expression must return a string");
        }
        yield text;
      }
    };
  }

  private List<String> groups(Mapping mapping) throws Failure {
    return switch (mapping) {
      case Mapping.Claim(var name, var prefix) -> {
        var claim = claims.path(name);
        if (claim.isMissingNode() || claim.isNull()) {
          yield List.of();
        }
        var groups = new ArrayList<String>();
        for (var group : claim.isArray() ? claim : JSON.createArrayNode().add(claim)) {
          if (!group.isString()) {
            throw new Failure("oidc: parse groups claim \"" + name + "\": claim is not a text");
          }
          groups.add(prefix + group.asString());
        }
        yield groups;
      }
      case Mapping.Computed(var expression) -> texts(expression.value(claims), "groups");
    };
  }

  /** A text, or texts; none of them empty. */
  private static List<String> texts(Object value, String what) throws Failure {
    var texts = new ArrayList<String>();
    for (var each : value instanceof Collection<?> list ? list : List.of(value)) {
      if (!(each instanceof String text)) {
        throw new Failure(
            "oidc: " + what + ": expression must return a string or a list of strings");
      }
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }

  private void check(Rule rule, JsonNode input, String what) throws Failure {
    switch (rule) {
      case Rule.Required(var claim, var value) -> {
        if (!claims.has(claim)) {
          throw new Failure("oidc: required claim " + claim + " not present in ID token");
        }
        if (!claims.path(claim).asString("").equals(value)) {
          throw new Failure(
              "oidc: required claim "
                  + claim
                  + " value does not match. Got = "
                  + claims.path(claim).asString("")
                  + ", want = "
                  + value);
        }
      }
      case Rule.True(var expression, var message) -> {
        if (!Boolean.TRUE.equals(expression.value(input))) {
          throw new Failure(
              "oidc: "
                  + what
                  + " '"
                  + expression.text()
                  + "' failed"
                  + (message.isEmpty() ? "" : ": " + message));
        }
      }
    }
  }

  private static ObjectNode tree(User user) {
    var tree = JSON.createObjectNode().put("username", user.name()).put("uid", user.uid());
    user.groups().forEach(tree.putArray("groups")::add);
    var extra = tree.putObject("extra");
    for (Map.Entry<String, List<String>> each : new TreeMap<>(user.extra()).entrySet()) {
      each.getValue().forEach(extra.putArray(each.getKey())::add);
    }
    return tree;
  }
}
