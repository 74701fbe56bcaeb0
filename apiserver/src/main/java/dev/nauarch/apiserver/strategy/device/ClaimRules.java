package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;

/** The rules of claims of devices and of their templates. */
final class ClaimRules {

  private static final int CONSTRAINTS_MAX = 32;
  private static final int ALTERNATIVES_MAX = 8;
  private static final String ONE_OF = "exactly one of `exactly` or `firstAvailable` is required";

  private ClaimRules() {}

  /** Checks a new claim. */
  static void claim(Problems problems, Field claim) {
    spec(problems, claim.at("spec"));
  }

  /** A claim's spec stays as it is. */
  static void claimChange(Problems problems, Field claim, Field old) {
    problems.immutable(claim.at("spec"), old.at("spec"));
  }

  /** Checks a template. */
  static void template(Problems problems, Field template) {
    PodSpecRules.labels(problems, template.at("spec", "metadata", "labels"));
    spec(problems, template.at("spec", "spec"));
  }

  /** A template's spec stays as it is. */
  static void templateChange(Problems problems, Field template, Field old) {
    problems.immutable(template.at("spec"), old.at("spec"));
  }

  private static void spec(Problems problems, Field spec) {
    var devices = spec.at("devices");
    var names = RequestNames.of(devices);
    Lists.set(
        problems,
        devices.at("requests"),
        RequestNames.REQUESTS_MAX,
        request -> request.at("name").text(),
        request -> request(problems, request));
    Lists.each(
        problems,
        devices.at("constraints"),
        CONSTRAINTS_MAX,
        constraint -> constraint(problems, constraint, names));
    Lists.each(
        problems,
        devices.at("config"),
        Configurations.MAX,
        config -> {
          names.checkAll(problems, config.at("requests"));
          Configurations.check(problems, config);
        });
  }

  private static void request(Problems problems, Field request) {
    problems.text(request.at("name"), NameRules::label);
    var alternatives = request.at("firstAvailable");
    if (request.at("exactly").isPresent() && !alternatives.isEmpty()) {
      problems.invalid(request, "null", ONE_OF + ", but multiple fields are set");
    } else if (request.at("exactly").isPresent()) {
      device(problems, request.at("exactly"));
    } else if (alternatives.isEmpty()) {
      problems.required(request, ONE_OF);
    } else {
      Lists.set(
          problems,
          alternatives,
          ALTERNATIVES_MAX,
          each -> each.at("name").text(),
          each -> {
            problems.text(each.at("name"), NameRules::label);
            device(problems, each);
          });
    }
  }

  private static void device(Problems problems, Field request) {
    problems.requireForm(request.at("deviceClassName"), NameRules::subdomain);
    Selectors.check(problems, request.at("selectors"));
    var count = request.at("count");
    switch (request.at("allocationMode").text()) {
      case "All" -> {
        if (count.number(0) != 0) {
          problems.invalid(count, "must not be specified when allocationMode is 'All'");
        }
      }
      case "ExactCount" -> {
        if (count.number(0) <= 0) {
          problems.invalid(count, Long.toString(count.number(0)), "must be greater than zero");
        }
      }
      default -> problems.oneOf(request.at("allocationMode"), "All", "ExactCount");
    }
    request.at("tolerations").items().forEach(each -> TaintRules.toleration(problems, each));
  }

  private static void constraint(Problems problems, Field constraint, RequestNames names) {
    names.checkAll(problems, constraint.at("requests"));
    if (constraint.at("matchAttribute").isPresent()) {
      NameForms.fullyQualified(problems, constraint.at("matchAttribute"));
    } else if (constraint.at("distinctAttribute").isPresent()) {
      NameForms.fullyQualified(problems, constraint.at("distinctAttribute"));
    } else {
      problems.required(
          constraint,
          "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple"
              + " fields are set");
    }
  }
}
