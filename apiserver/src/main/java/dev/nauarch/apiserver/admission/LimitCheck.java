package dev.nauarch.apiserver.admission;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import java.math.MathContext;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Compares what is asked for with one item of a LimitRange.
 *
 * @param limit the item
 * @param problems takes what is wrong
 */
record LimitCheck(JsonNode limit, Collection<String> problems) {

  /** What it limits: {@code Container}, {@code Pod}, {@code PersistentVolumeClaim} or another. */
  String type() {
    return limit.path("type").asString("");
  }

  /** Checks requests and limits of a container or a pod. */
  void check(Amounts requests, Amounts limits) {
    of("min").byName().forEach((name, bound) -> atLeast(name, bound, requests, limits));
    of("max").byName().forEach((name, bound) -> atMost(name, bound, requests, limits));
    of("maxLimitRequestRatio")
        .byName()
        .forEach((name, bound) -> inRatio(name, bound, requests, limits));
  }

  /** Checks the requests of a claim, which has no limits. */
  void checkRequests(Amounts requests) {
    of("min").byName().forEach((name, bound) -> atLeast(name, bound, requests, Amounts.NONE));
    of("max")
        .byName()
        .forEach(
            (name, bound) -> {
              var is = "maximum " + name + " usage per " + type() + " is " + bound;
              var request = requests.find(name);
              if (request.isEmpty()) {
                problems.add(is + ".  No request is specified");
              } else if (request.get().compareTo(bound) > 0) {
                problems.add(is + ", but request is " + request.get());
              }
            });
  }

  private Amounts of(String list) {
    return LimitRanger.amounts(limit.path(list));
  }

  private void atLeast(String name, Amount bound, Amounts requests, Amounts limits) {
    var is = "minimum " + name + " usage per " + type() + " is " + bound;
    var request = requests.find(name);
    if (request.isEmpty()) {
      problems.add(is + ".  No request is specified");
    } else if (request.get().compareTo(bound) < 0) {
      problems.add(is + ", but request is " + request.get());
    } else {
      limits
          .find(name)
          .filter(asked -> asked.compareTo(bound) < 0)
          .ifPresent(asked -> problems.add(is + ", but limit is " + asked));
    }
  }

  private void atMost(String name, Amount bound, Amounts requests, Amounts limits) {
    var is = "maximum " + name + " usage per " + type() + " is " + bound;
    var asked = limits.find(name);
    if (asked.isEmpty()) {
      problems.add(is + ".  No limit is specified");
    } else if (asked.get().compareTo(bound) > 0) {
      problems.add(is + ", but limit is " + asked.get());
    } else {
      requests
          .find(name)
          .filter(request -> request.compareTo(bound) > 0)
          .ifPresent(request -> problems.add(is + ", but request is " + request));
    }
  }

  private void inRatio(String name, Amount bound, Amounts requests, Amounts limits) {
    var is = name + " max limit to request ratio per " + type() + " is " + bound;
    var request = requests.get(name);
    var asked = limits.get(name);
    if (request.isZero()) {
      problems.add(is + ", but no request is specified or request is 0");
    } else if (asked.isZero()) {
      problems.add(is + ", but no limit is specified or limit is 0");
    } else {
      var ratio = asked.value().divide(request.value(), MathContext.DECIMAL64);
      if (ratio.compareTo(bound.value()) > 0) {
        problems.add(
            String.format(Locale.ROOT, "%s, but provided ratio is %f", is, ratio.doubleValue()));
      }
    }
  }
}
