package dev.nauarch.apiserver.strategy.migration;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.regex.Pattern;

/** The rules of migrations of stored objects. */
final class MigrationRules {

  private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]*");

  private MigrationRules() {}

  static void check(Problems problems, Field migration) {
    var resource = migration.at("spec", "resource");
    if (resource.at("resource").isEmpty()) {
      problems.required(resource.at("resource"), "resource is required to be set");
    } else {
      problems.form(resource.at("resource"), NameRules::dns1035);
    }
    if (!resource.at("group").isEmpty()) {
      problems.form(resource.at("group"), NameRules::subdomain);
    }
  }

  static void change(Problems problems, Field migration, Field old) {
    problems.immutable(migration.at("spec"), old.at("spec"));
  }

  static void status(Problems problems, Field migration, Field old) {
    var version = migration.at("status", "resourceVersion");
    var before = old.at("status", "resourceVersion");
    if (!version.isEmpty() && !VERSION.matcher(version.text()).matches()) {
      problems.invalid(version, "resource version is not well formed: " + version.text());
    }
    var conditions = migration.at("status", "conditions");
    ConditionRules.check(problems, conditions);
    if (!before.isEmpty() && !version.hasValueOf(before)) {
      problems.invalid(version, Problems.IMMUTABLE);
    }
    boolean isSuccessful = ConditionRules.holds(conditions, "Succeeded");
    boolean isFailed = ConditionRules.holds(conditions, "Failed");
    if (isSuccessful && isFailed) {
      problems.invalid(
          conditions, "Both success and failed conditions cannot be true at the same time");
    }
    var former = old.at("status", "conditions");
    if (ConditionRules.holds(former, "Succeeded") && !isSuccessful) {
      problems.invalid(conditions, "Success condition cannot be set to false once it is true");
    }
    if (ConditionRules.holds(former, "Failed") && !isFailed) {
      problems.invalid(conditions, "Failed condition cannot be set to false once it is true");
    }
  }
}
