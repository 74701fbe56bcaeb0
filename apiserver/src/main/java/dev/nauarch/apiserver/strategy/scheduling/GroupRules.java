package dev.nauarch.apiserver.strategy.scheduling;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;

/** The rules of groups of pods and of the workloads that have templates of them. */
final class GroupRules {

  private static final int TEMPLATES_MAX = 8;
  private static final int CLAIMS_MAX = 4;
  private static final long PRIORITY_MAX = 1_000_000_000;
  private static final String POLICY = "`basic`, `gang`";
  private static final String MODE = "`single`, `all`";

  private GroupRules() {}

  static void group(Problems problems, Field group) {
    var spec = group.at("spec");
    var reference = spec.at("workloadRef");
    if (reference.isPresent()) {
      problems.requireForm(reference.at("workloadName"), NameRules::subdomain);
      problems.requireForm(reference.at("templateName"), NameRules::label);
    }
    placement(problems, spec);
  }

  /** What groups and their templates have in common. */
  private static void placement(Problems problems, Field spec) {
    var policy = spec.at("schedulingPolicy");
    union(problems, policy, POLICY, "basic", "gang");
    if (policy.at("gang").isPresent()) {
      var count = policy.at("gang", "minCount");
      if (count.number(0) == 0) {
        problems.required(count, "");
      } else if (count.number(0) < 1) {
        problems.invalid(count, "must be greater than or equal to 1");
      }
    }
    if (spec.at("disruptionMode").isPresent()) {
      union(problems, spec.at("disruptionMode"), MODE, "single", "all");
    }
    if (!spec.at("priorityClassName").isEmpty()) {
      problems.form(spec.at("priorityClassName"), NameRules::subdomain);
    }
    var priority = spec.at("priority");
    if (priority.number(0) > PRIORITY_MAX) {
      problems.invalid(priority, "must be less than or equal to " + PRIORITY_MAX);
    }
    var topology = spec.at("schedulingConstraints", "topology");
    Lists.each(
        problems, topology, 1, each -> problems.requireForm(each.at("key"), NameRules::labelKey));
    claims(problems, spec.at("resourceClaims"));
    problems.oneOf(spec.at("preemptionPolicy"), "Never", "PreemptLowerPriority");
  }

  private static void claims(Problems problems, Field claims) {
    Lists.set(
        problems,
        claims,
        CLAIMS_MAX,
        each -> each.at("name").text(),
        each -> {
          problems.requireForm(each.at("name"), NameRules::label);
          union(
              problems,
              each,
              "`resourceClaimName`, `resourceClaimTemplateName`",
              "resourceClaimName",
              "resourceClaimTemplateName");
          problems.form(each.at("resourceClaimName"), NameRules::subdomain);
          problems.form(each.at("resourceClaimTemplateName"), NameRules::subdomain);
        });
  }

  private static void union(Problems problems, Field holder, String all, String one, String other) {
    boolean hasOne = holder.at(one).isPresent();
    boolean hasOther = holder.at(other).isPresent();
    if (!hasOne && !hasOther) {
      problems.invalid(holder, "\"\"", "must specify one of: " + all);
    } else if (hasOne && hasOther) {
      problems.invalid(holder, "\"{" + all + "}\"", "must specify exactly one of: " + all);
    }
  }

  /** Of a group, only how many pods must fit may change. */
  static void groupChange(Problems problems, Field group, Field old) {
    var spec = group.at("spec");
    var before = old.at("spec");
    policyChange(problems, spec.at("schedulingPolicy"), before.at("schedulingPolicy"));
    for (var name :
        new String[] {
          "workloadRef",
          "schedulingConstraints",
          "resourceClaims",
          "disruptionMode",
          "priorityClassName",
          "priority",
          "preemptionPolicy"
        }) {
      unchanged(problems, spec.at(name), before.at(name));
    }
  }

  private static void unchanged(Problems problems, Field now, Field before) {
    if (!now.hasValueOf(before)) {
      problems.invalid(now, "null", Problems.IMMUTABLE);
    }
  }

  private static void policyChange(Problems problems, Field policy, Field old) {
    unchanged(problems, policy.at("basic"), old.at("basic"));
    var gang = policy.at("gang");
    if (gang.isPresent() && !old.at("gang").isPresent()) {
      problems.invalid(gang, "null", "field cannot be set once created");
    } else if (!gang.isPresent() && old.at("gang").isPresent()) {
      problems.invalid(gang, "null", "field cannot be cleared once set");
    }
  }

  static void groupStatus(Problems problems, Field group, Field old) {
    ConditionRules.check(problems, group.at("status", "conditions"));
    var claims = group.at("spec", "resourceClaims").items();
    Lists.set(
        problems,
        group.at("status", "resourceClaimStatuses"),
        CLAIMS_MAX,
        each -> each.at("name").text(),
        each -> {
          if (claims.stream().noneMatch(claim -> claim.at("name").hasValueOf(each.at("name")))) {
            problems.invalid(
                each.at("name"), "must match the name of an entry in `spec.resourceClaims`");
          }
          problems.form(each.at("resourceClaimName"), NameRules::subdomain);
        });
  }

  static void workload(Problems problems, Field workload) {
    var spec = workload.at("spec");
    var templates = spec.at("podGroupTemplates");
    if (templates.isEmpty()) {
      problems.invalid(spec, "\"\"", "must specify one of: `podGroupTemplates`");
    }
    var controller = spec.at("controllerRef");
    if (controller.isPresent()) {
      if (!controller.at("apiGroup").isEmpty()) {
        problems.form(controller.at("apiGroup"), NameRules::subdomain);
      }
      problems.requireForm(controller.at("kind"), NameRules::pathSegment);
      problems.requireForm(controller.at("name"), NameRules::pathSegment);
    }
    Lists.set(
        problems,
        templates,
        TEMPLATES_MAX,
        each -> each.at("name").text(),
        each -> {
          problems.requireForm(each.at("name"), NameRules::label);
          placement(problems, each);
        });
    boolean isOfOnePriority =
        templates.items().stream()
                .map(
                    each -> each.at("priorityClassName").text() + "/" + each.at("priority").shown())
                .distinct()
                .count()
            <= 1;
    if (!isOfOnePriority) {
      problems.invalid(spec, "null", "detected multiple priority configurations");
    }
  }

  static void workloadChange(Problems problems, Field workload, Field old) {
    var spec = workload.at("spec");
    unchanged(problems, spec.at("controllerRef"), old.at("spec", "controllerRef"));
    var templates = spec.at("podGroupTemplates");
    var before = old.at("spec", "podGroupTemplates").items();
    for (var template : templates.items()) {
      var former =
          before.stream()
              .filter(each -> each.at("name").hasValueOf(template.at("name")))
              .findFirst();
      if (former.isEmpty()) {
        problems.forbidden(template, "item may not be added");
        continue;
      }
      policyChange(problems, template.at("schedulingPolicy"), former.get().at("schedulingPolicy"));
      for (var name :
          new String[] {
            "schedulingConstraints",
            "resourceClaims",
            "disruptionMode",
            "priorityClassName",
            "priority",
            "preemptionPolicy"
          }) {
        unchanged(problems, template.at(name), former.get().at(name));
      }
    }
    for (var each : before) {
      if (templates.items().stream().noneMatch(now -> now.at("name").hasValueOf(each.at("name")))) {
        problems.forbidden(templates, "item may not be removed");
      }
    }
  }
}
