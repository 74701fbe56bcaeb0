package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;

/** The rules of classes of devices. */
final class ClassRules {

  private static final String REQUESTS = "requests.";
  private static final String OWN_DOMAIN = "kubernetes.io/";

  private ClassRules() {}

  /** Checks a new class. */
  static void check(Problems problems, Field deviceClass) {
    var spec = deviceClass.at("spec");
    Selectors.check(problems, spec.at("selectors"));
    Lists.each(
        problems,
        spec.at("config"),
        Configurations.MAX,
        each -> Configurations.check(problems, each));
    extendedResource(problems, spec.at("extendedResourceName"));
  }

  /** Checks a changed class; what is as before was good then. */
  static void change(Problems problems, Field deviceClass, Field old) {
    var spec = deviceClass.at("spec");
    if (spec.at("selectors").hasValueOf(old.at("spec", "selectors"))) {
      Selectors.checkStored(problems, spec.at("selectors"));
    } else {
      Selectors.check(problems, spec.at("selectors"));
    }
    boolean isStored = spec.at("config").hasValueOf(old.at("spec", "config"));
    Lists.each(
        problems,
        spec.at("config"),
        Configurations.MAX,
        each -> {
          if (isStored) {
            Configurations.checkStored(problems, each);
          } else {
            Configurations.check(problems, each);
          }
        });
    extendedResource(problems, spec.at("extendedResourceName"));
  }

  private static void extendedResource(Problems problems, Field name) {
    if (!name.isPresent()) {
      return;
    }
    var text = name.text();
    boolean isNative = text.indexOf('/') < 0 || text.contains(OWN_DOMAIN);
    if (isNative || text.startsWith(REQUESTS) || NameRules.labelKey(REQUESTS + text).isPresent()) {
      problems.invalid(name, "must be a valid extended resource name");
    }
  }
}
