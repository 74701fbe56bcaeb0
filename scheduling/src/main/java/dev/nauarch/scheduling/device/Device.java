package dev.nauarch.scheduling.device;

import dev.nauarch.expression.CelEnvironment;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacity;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A device as its slice describes it, and what is known of which selectors it matches. */
public final class Device {

  /** So many answers are kept; selectors come and go while a device stays. */
  private static final int ANSWERS_MAX = 64;

  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal SMALLEST = new BigDecimal("0.000000001");

  private final DeviceId id;
  private final io.fabric8.kubernetes.api.model.resource.v1.Device model;
  private final NodeChoice reach;
  private final SortedMap<String, SortedMap<String, BigDecimal>> counters = new TreeMap<>();
  private final SortedMap<String, DeviceCapacity> capacity = new TreeMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private @Nullable Map<String, Object> variables;

  /** Whether a device matches: yes, no, or what is wrong with the expression. */
  record Answer(boolean matches, String problem) {}

  /**
   * @param reach from where it can be reached
   */
  Device(DeviceId id, io.fabric8.kubernetes.api.model.resource.v1.Device model, NodeChoice reach) {
    this.id = id;
    this.model = model;
    this.reach = reach;
    if (model.getCapacity() != null) {
      capacity.putAll(model.getCapacity());
    }
    for (var consumed : model.getConsumesCounters()) {
      var amounts = counters.computeIfAbsent(consumed.getCounterSet(), _ -> new TreeMap<>());
      consumed
          .getCounters()
          .forEach(
              (name, counter) -> amounts.merge(name, number(counter.getValue()), BigDecimal::add));
    }
  }

  /** Its name. */
  public DeviceId id() {
    return id;
  }

  NodeChoice reach() {
    return reach;
  }

  /** What it takes of the counters of its pool, by counter set. */
  SortedMap<String, SortedMap<String, BigDecimal>> counters() {
    return counters;
  }

  boolean isShared() {
    return Boolean.TRUE.equals(model.getAllowMultipleAllocations());
  }

  boolean bindsToNode() {
    return Boolean.TRUE.equals(model.getBindsToNode());
  }

  List<DeviceTaint> taints() {
    return model.getTaints();
  }

  List<String> bindingConditions() {
    return model.getBindingConditions();
  }

  List<String> bindingFailureConditions() {
    return model.getBindingFailureConditions();
  }

  SortedMap<String, DeviceCapacity> capacity() {
    return capacity;
  }

  /** The attribute of a full name; names without a domain are of the driver's. */
  @Nullable DeviceAttribute attribute(String name) {
    var attributes = model.getAttributes();
    if (attributes == null) {
      return null;
    }
    var found = attributes.get(name);
    var slash = name.indexOf('/');
    return found != null || slash < 0 || !name.substring(0, slash).equals(id.driver())
        ? found
        : attributes.get(name.substring(slash + 1));
  }

  /** The answer to a question that may have been asked before. */
  Answer ask(String question, Expressions expressions) {
    var known = answers.get(question);
    if (known == null) {
      if (answers.size() >= ANSWERS_MAX) {
        answers.clear();
      }
      known = expressions.matches(question, variables());
      answers.put(question, known);
    }
    return known;
  }

  /** What expressions see of it. */
  private Map<String, Object> variables() {
    if (variables == null) {
      var attributes = new ByDomain();
      if (model.getAttributes() != null) {
        model
            .getAttributes()
            .forEach((name, value) -> attributes.add(name, id.driver(), value(value)));
      }
      var capacities = new ByDomain();
      capacity()
          .forEach(
              (name, value) ->
                  capacities.add(
                      name,
                      id.driver(),
                      new dev.nauarch.expression.library.Quantity(number(value.getValue()))));
      var device = new LinkedHashMap<String, Object>();
      device.put("driver", id.driver());
      device.put("allowMultipleAllocations", isShared());
      device.put("attributes", attributes);
      device.put("capacity", capacities);
      variables = new LinkedHashMap<>();
      variables.put("device", device);
    }
    return variables;
  }

  private static Object value(DeviceAttribute attribute) {
    if (attribute.getInt() != null) {
      return attribute.getInt();
    }
    if (attribute.getBool() != null) {
      return attribute.getBool();
    }
    if (attribute.getString() != null) {
      return attribute.getString();
    }
    return dev.nauarch.expression.library.Semver.parse(String.valueOf(attribute.getVersion()))
        .<Object>map(version -> version)
        .orElse(CelEnvironment.NULL);
  }

  /**
   * The number that a quantity stands for: at most {@link Long#MAX_VALUE} and in whole billionths,
   * as Kubernetes reads it; nothing for what is no quantity.
   */
  static BigDecimal number(@Nullable Quantity quantity) {
    try {
      var exact = quantity == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(quantity);
      if (exact.abs().compareTo(LARGEST) > 0) {
        return exact.signum() < 0 ? LARGEST.negate() : LARGEST;
      }
      if (exact.abs().compareTo(SMALLEST) < 0) {
        return exact.signum() > 0 ? SMALLEST : BigDecimal.ZERO;
      }
      return exact.scale() <= SMALLEST.scale()
          ? exact
          : exact.setScale(SMALLEST.scale(), RoundingMode.UP);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return BigDecimal.ZERO;
    }
  }

  /** Whether a quantity is exactly the number that it stands for. */
  static boolean isExact(Quantity quantity) {
    try {
      return Quantity.getAmountInBytes(quantity).compareTo(number(quantity)) == 0;
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  /** Values by domain and name; a domain that is not there is one without values. */
  private static final class ByDomain extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    void add(String name, String driver, Object value) {
      var slash = name.indexOf('/');
      var domain = slash < 0 ? driver : name.substring(0, slash);
      if (super.get(domain) instanceof Map<?, ?> known) {
        @SuppressWarnings("unchecked")
        var values = (Map<String, Object>) known;
        values.put(name.substring(slash + 1), value);
      } else {
        var values = new LinkedHashMap<String, Object>();
        values.put(name.substring(slash + 1), value);
        put(domain, values);
      }
    }

    @Override
    public Object get(Object key) {
      var known = super.get(key);
      return known == null ? new LinkedHashMap<String, Object>() : known;
    }
  }
}
