package dev.nauarch.apiserver.strategy.limits;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/** The kind LimitRange: what one container, pod or claim of a namespace may ask for. */
public final class LimitRangeStrategy implements Strategy {

  private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");
  private static final List<String> BOUNDS = List.of("max", "min");
  private static final List<String> DEFAULTS = List.of("default", "defaultRequest");
  private static final String RATIO = "maxLimitRequestRatio";

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    fill(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    fill(object);
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  /** A limit that is bounded and has no default gets the bound, and a request the limit. */
  private static void fill(ObjectNode range) {
    for (var item : range.path("spec").path("limits")) {
      if (item instanceof ObjectNode limit && limit.path("type").asString("").equals("Container")) {
        copy(limit, "max", "default");
        copy(limit, "default", "defaultRequest");
        copy(limit, "min", "defaultRequest");
      }
    }
  }

  private static void copy(ObjectNode limit, String from, String to) {
    for (var amount : List.copyOf(limit.path(from).properties())) {
      var target = limit.withObjectProperty(to);
      if (!target.has(amount.getKey())) {
        target.set(amount.getKey(), amount.getValue());
      }
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    var limits = Field.of(object).at("spec", "limits").items();
    limits.forEach(limit -> check(problems, limit));
    problems.unique(limits.stream().map(limit -> limit.at("type")).toList());
    return problems.errors();
  }

  private static void check(Problems problems, Field limit) {
    var type = limit.at("type");
    checkType(problems, type);
    BOUNDS.forEach(name -> checkNames(problems, limit.at(name), type.text()));
    for (var name : DEFAULTS) {
      if (!type.is("Pod")) {
        checkNames(problems, limit.at(name), type.text());
      } else if (!limit.at(name).isEmpty()) {
        problems.forbidden(limit.at(name), "may not be specified when `type` is 'Pod'");
      }
    }
    if (type.is("PersistentVolumeClaim")
        && BOUNDS.stream().noneMatch(name -> limit.at(name, "storage").isPresent())) {
      problems.required(
          limit.at("limits"),
          "either minimum or maximum storage value is required, but neither was provided");
    }
    checkNames(problems, limit.at(RATIO), type.text());
    var names = new TreeSet<String>();
    for (var list : List.of("max", "min", "default", "defaultRequest", RATIO)) {
      if (!type.is("Pod") || !DEFAULTS.contains(list)) {
        limit.at(list).entries().forEach(amount -> names.add(amount.key()));
      }
    }
    names.forEach(name -> new OneResource(problems, limit, name).check());
  }

  private static void checkType(Problems problems, Field type) {
    var malformed = NameRules.labelKey(type.text());
    malformed.ifPresent(detail -> problems.invalid(type, detail));
    if (malformed.isEmpty() && type.text().indexOf('/') < 0 && !TYPES.contains(type.text())) {
      problems.invalid(type, "must be a standard limit type or fully qualified");
    }
  }

  private static void checkNames(Problems problems, Field amounts, String type) {
    for (var amount : amounts.entries()) {
      if (type.equals("Pod") || type.equals("Container")) {
        ResourceNames.ofContainer(problems, amount);
      } else {
        ResourceNames.any(problems, amount);
      }
    }
  }

  /** What is said of one resource must agree. */
  private record OneResource(Problems problems, Field limit, String name) {

    private static final Amount MILLI_MAX = Amount.of(Long.MAX_VALUE / 1000);

    void check() {
      notAbove("min", "max", "min", "min value %s is greater than max value %s");
      notAbove(
          "min",
          "defaultRequest",
          "defaultRequest",
          "min value %s is greater than default request value %s");
      notAbove(
          "defaultRequest",
          "max",
          "defaultRequest",
          "default request value %s is greater than max value %s");
      notAbove(
          "defaultRequest",
          "default",
          "defaultRequest",
          "default request value %s is greater than default limit value %s");
      // Of these two, the bound is shown as the value.
      notAbove("min", "default", "default", "min value %s is greater than default value %s", "min");
      notAbove("default", "max", "default", "default value %s is greater than max value %s", "max");
      amount(RATIO).ifPresent(this::checkRatio);
      var byDefault = amount("default");
      var requested = amount("defaultRequest");
      if (!ResourceNames.mayBeOvercommitted(name)
          && byDefault.isPresent()
          && requested.isPresent()
          && byDefault.get().compareTo(requested.get()) != 0) {
        problems.invalid(
            field("defaultRequest"),
            "default value %s must equal to defaultRequest value %s in %s"
                .formatted(byDefault.get(), requested.get(), name));
      }
    }

    private void notAbove(String low, String high, String about, String message) {
      notAbove(low, high, about, message, about);
    }

    private void notAbove(String low, String high, String about, String message, String shown) {
      var lower = amount(low);
      var higher = amount(high);
      if (lower.isPresent() && higher.isPresent() && lower.get().compareTo(higher.get()) > 0) {
        var field = field(about);
        problems.invalid(
            new Field(field(shown).node(), field.path(), name),
            message.formatted(lower.get(), higher.get()));
      }
    }

    private void checkRatio(Amount ratio) {
      if (ratio.compareTo(Amount.ONE) < 0) {
        problems.invalid(field(RATIO), "ratio " + ratio + " is less than 1");
      }
      var min = amount("min");
      var max = amount("max");
      if (min.isEmpty() || max.isEmpty() || min.get().isZero()) {
        return;
      }
      boolean isExact =
          List.of(ratio, min.get(), max.get()).stream().allMatch(a -> a.compareTo(MILLI_MAX) < 0);
      double allowed = value(max.get(), isExact) / value(min.get(), isExact);
      if (value(ratio, isExact) / (isExact ? 1000 : 1) > allowed) {
        problems.invalid(
            field(RATIO),
            String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, allowed));
      }
    }

    /** Thousandths where those fit into 64 bits, whole units otherwise; rounded up. */
    private static double value(Amount amount, boolean isExact) {
      var scaled = isExact ? amount.value().movePointRight(3) : amount.value();
      return scaled.setScale(0, RoundingMode.UP).doubleValue();
    }

    private Field field(String list) {
      return limit.at(list).entries().stream()
          .filter(entry -> entry.key().equals(name))
          .findFirst()
          .orElseThrow();
    }

    private Optional<Amount> amount(String list) {
      return limit.at(list).node().has(name)
          ? Optional.of(Amount.parse(limit.at(list).node().path(name).asString("0")))
          : Optional.empty();
    }
  }
}
