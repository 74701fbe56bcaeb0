package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.math.BigInteger;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to deployments. */
final class DeploymentStrategy implements Strategy {

  private static final BigInteger ALL = BigInteger.valueOf(100);

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    fill(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    fill(object);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    check(problems, Field.of(object).at("spec"));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      check(problems, Field.of(object).at("spec"));
      problems.immutable(
          Field.of(object).at("spec", "selector"), Field.of(old).at("spec", "selector"));
    } else if (subresource.equals("scale")) {
      problems.notNegative(Field.of(object).at("spec", "replicas"));
    } else {
      Templates.checkCounts(problems, object);
    }
    return problems.errors();
  }

  private static void fill(ObjectNode object) {
    var spec = object.withObject("spec");
    Templates.put(spec, "replicas", 1);
    Templates.put(spec, "revisionHistoryLimit", 10);
    Templates.put(spec, "progressDeadlineSeconds", 600);
    var strategy = spec.withObject("strategy");
    Templates.put(strategy, "type", "RollingUpdate");
    if (strategy.path("type").asString("").equals("RollingUpdate")) {
      var rolling = strategy.withObject("rollingUpdate");
      Templates.put(rolling, "maxSurge", "25%");
      Templates.put(rolling, "maxUnavailable", "25%");
    }
    Templates.fill(spec);
  }

  private static void check(Problems problems, Field spec) {
    problems.notNegative(
        spec.at("replicas"), spec.at("minReadySeconds"), spec.at("revisionHistoryLimit"));
    Templates.checkServing(problems, spec, "deployment");
    strategy(problems, spec.at("strategy"));
    var deadline = spec.at("progressDeadlineSeconds");
    problems.notNegative(deadline);
    if (deadline.isPresent() && deadline.number(0) <= spec.at("minReadySeconds").number(0)) {
      problems.invalid(deadline, "must be greater than minReadySeconds");
    }
  }

  private static void strategy(Problems problems, Field strategy) {
    problems.requireOneOf(strategy.at("type"), "Recreate", "RollingUpdate");
    var rolling = strategy.at("rollingUpdate");
    if (strategy.at("type").is("Recreate")) {
      if (rolling.isPresent()) {
        problems.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
      }
      return;
    }
    share(problems, rolling.at("maxUnavailable"));
    if (isAboveAll(rolling.at("maxUnavailable"))) {
      problems.invalid(rolling.at("maxUnavailable"), "must not be greater than 100%");
    }
    share(problems, rolling.at("maxSurge"));
    if (isZero(rolling.at("maxUnavailable")) && isZero(rolling.at("maxSurge"))) {
      problems.invalid(rolling.at("maxUnavailable"), "may not be 0 when `maxSurge` is 0");
    }
  }

  /** Checks a number, or a share of a hundred. */
  static void share(Problems problems, Field share) {
    if (share.node().isString() && !Forms.isPercent(share.text())) {
      problems.invalid(
          share,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g."
              + " '1%',  or '93%', regex used for validation is '[0-9]+%')");
    } else {
      problems.notNegative(share);
    }
  }

  private static boolean isAboveAll(Field share) {
    var text = share.text();
    return share.node().isString()
        && Forms.isPercent(text)
        && new BigInteger(text.substring(0, text.length() - 1)).compareTo(ALL) > 0;
  }

  private static boolean isZero(Field share) {
    return share.node().isString()
        ? share.text().replace("0", "").equals("%")
        : share.isPresent() && share.number(1) == 0;
  }
}
