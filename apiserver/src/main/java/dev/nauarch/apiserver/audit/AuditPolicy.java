package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Of which requests how much is written down: the first rule that matches decides, and what none
 * matches is not. Immutable.
 */
public final class AuditPolicy {

  /** How much is written down, in growing order. */
  enum Level {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String text;

    Level(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** When it is written down. */
  enum Stage {
    RECEIVED("RequestReceived"),
    STARTED("ResponseStarted"),
    COMPLETE("ResponseComplete"),
    PANIC("Panic");

    private final String text;

    Stage(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * What is kept of a request.
   *
   * @param omitted the stages of which nothing is kept
   * @param hasManagedFields whether objects are kept with their managed fields
   */
  record Terms(Level level, Set<Stage> omitted, boolean hasManagedFields) {}

  private record Resources(String group, List<String> resources, List<String> names) {}

  private record Rule(
      Terms terms,
      List<String> users,
      List<String> groups,
      List<String> verbs,
      List<String> namespaces,
      List<Resources> resources,
      List<String> paths) {}

  private static final Set<String> VERSIONS = Set.of("audit.k8s.io/v1");
  private static final List<String> LEVELS = Stream.of(Level.values()).map(Level::text).toList();
  private static final List<String> STAGES = Stream.of(Stage.values()).map(Stage::text).toList();
  private static final Terms NOTHING = new Terms(Level.NONE, Set.of(), true);

  private final Problems problems;
  private final List<Rule> rules = new ArrayList<>();

  private AuditPolicy(Field file, Problems problems) {
    this.problems = problems;
    fields(file, "apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields");
    if (!VERSIONS.contains(file.at("apiVersion").text())) {
      problems.notSupported(file.at("apiVersion"), List.copyOf(VERSIONS));
    }
    if (!file.at("kind").is("Policy")) {
      problems.notSupported(file.at("kind"), List.of("Policy"));
    }
    if (file.at("rules").isEmpty()) {
      problems.required(file.at("rules"), "a policy without rules writes nothing down");
    }
    var omitted = stages(file.at("omitStages"));
    var omitsManaged = file.at("omitManagedFields").flag(false);
    for (var rule : file.at("rules").items()) {
      rules.add(rule(rule, omitted, omitsManaged));
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException when the file can't be read
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static AuditPolicy read(Path file) throws IOException {
    return SettingsFile.read(file, AuditPolicy::new);
  }

  private void fields(Field object, String... known) {
    for (var entry : object.entries()) {
      if (!List.of(known).contains(entry.key())) {
        problems.forbidden(entry, "unknown field");
      }
    }
  }

  private Rule rule(Field rule, Set<Stage> omitted, boolean omitsManaged) {
    fields(
        rule,
        "level",
        "users",
        "userGroups",
        "verbs",
        "resources",
        "namespaces",
        "nonResourceURLs",
        "omitStages",
        "omitManagedFields");
    problems.requireOneOf(rule.at("level"), LEVELS.toArray(String[]::new));
    for (var path : rule.at("nonResourceURLs").items()) {
      path(path);
    }
    var resources = rule.at("resources").items().stream().map(this::resources).toList();
    if (!rule.at("nonResourceURLs").isEmpty()
        && (!resources.isEmpty() || !rule.at("namespaces").isEmpty())) {
      problems.invalid(
          rule.at("nonResourceURLs"),
          "rules cannot apply to both regular resources and non-resource URLs");
    }
    var allOmitted = EnumSet.noneOf(Stage.class);
    allOmitted.addAll(omitted);
    allOmitted.addAll(stages(rule.at("omitStages")));
    int level = Math.max(0, LEVELS.indexOf(rule.at("level").text()));
    return new Rule(
        new Terms(
            Level.values()[level], allOmitted, !rule.at("omitManagedFields").flag(omitsManaged)),
        texts(rule.at("users")),
        texts(rule.at("userGroups")),
        texts(rule.at("verbs")),
        texts(rule.at("namespaces")),
        resources,
        texts(rule.at("nonResourceURLs")));
  }

  private void path(Field path) {
    var text = path.text();
    if (text.equals("*")) {
      return;
    }
    if (!text.startsWith("/")) {
      problems.invalid(path, "non-resource URL rules must begin with a '/' character");
    }
    int star = text.indexOf('*');
    if (star >= 0 && star < text.length() - 1) {
      problems.invalid(
          path, "non-resource URL wildcards '*' must be the final character of the rule");
    }
  }

  private Resources resources(Field resources) {
    fields(resources, "group", "resources", "resourceNames");
    var group = resources.at("group");
    if (!group.isEmpty() && !group.is("*")) {
      problems.form(group, NameRules::subdomain);
    }
    if (!resources.at("resourceNames").isEmpty() && resources.at("resources").isEmpty()) {
      problems.invalid(
          resources.at("resourceNames"), "using resourceNames requires at least one resource");
    }
    return new Resources(
        group.text(), texts(resources.at("resources")), texts(resources.at("resourceNames")));
  }

  private Set<Stage> stages(Field list) {
    var stages = EnumSet.noneOf(Stage.class);
    for (var stage : list.items()) {
      int at = STAGES.indexOf(stage.text());
      if (at < 0) {
        problems.invalid(stage, "allowed stages are " + String.join(",", STAGES));
      } else {
        stages.add(Stage.values()[at]);
      }
    }
    return stages;
  }

  private static List<String> texts(Field list) {
    return list.items().stream().map(Field::text).toList();
  }

  /** What is kept of a request. */
  Terms terms(User user, Attributes request) {
    for (var rule : rules) {
      if (matches(rule, user, request)) {
        return rule.terms;
      }
    }
    return NOTHING;
  }

  private static boolean matches(Rule rule, User user, Attributes request) {
    if (!isAny(rule.users, user.name())
        || !isAny(rule.verbs, request.verb())
        || (!rule.groups.isEmpty() && user.groups().stream().noneMatch(rule.groups::contains))) {
      return false;
    }
    if (!rule.namespaces.isEmpty() || !rule.resources.isEmpty()) {
      return request.isResource()
          && isAny(rule.namespaces, request.namespace())
          && (rule.resources.isEmpty()
              || rule.resources.stream().anyMatch(each -> matches(each, request)));
    }
    return rule.paths.isEmpty()
        || (!request.isResource()
            && rule.paths.stream().anyMatch(path -> matchesPath(path, request.path())));
  }

  private static boolean isAny(List<String> values, String value) {
    return values.isEmpty() || values.contains(value);
  }

  private static boolean matchesPath(String pattern, String path) {
    return pattern.equals(path)
        || (pattern.endsWith("*") && path.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  private static boolean matches(Resources resources, Attributes request) {
    if (!resources.group.equals("*") && !resources.group.equals(request.group())) {
      return false;
    }
    if (resources.resources.isEmpty()) {
      return true;
    }
    if (!isAny(resources.names, request.name())) {
      return false;
    }
    var sub = request.subresource();
    var whole = sub.isEmpty() ? request.resource() : request.resource() + "/" + sub;
    return resources.resources.stream()
        .anyMatch(
            each ->
                each.equals("*")
                    || each.equals(whole)
                    || each.equals(request.resource() + "/*")
                    || (!sub.isEmpty() && each.equals("*/" + sub)));
  }
}
