package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceConstraint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A condition on an attribute of all devices of some requests: equal in all, or in no two. */
final class Constraint {

  private final List<String> requests;
  private final String attribute;
  private final boolean distinct;
  private final List<Object> values = new ArrayList<>();

  Constraint(DeviceConstraint model) {
    this.requests = model.getRequests();
    this.distinct = model.getMatchAttribute() == null;
    this.attribute =
        String.valueOf(distinct ? model.getDistinctAttribute() : model.getMatchAttribute());
  }

  /** Adds a device; false, and no change, where the condition would not hold any more. */
  boolean add(Wish wish, Device device) {
    if (!wish.isAmong(requests)) {
      return true;
    }
    var value = value(device.attribute(attribute));
    if (value == null) {
      return false;
    }
    if (!values.isEmpty() && (distinct ? values.contains(value) : !values.contains(value))) {
      return false;
    }
    values.add(value);
    return true;
  }

  /** Takes the device out again that was added last. */
  void remove(Wish wish) {
    if (wish.isAmong(requests)) {
      values.removeLast();
    }
  }

  /** The value, told apart from those of other types. */
  private static @Nullable Object value(@Nullable DeviceAttribute attribute) {
    if (attribute == null) {
      return null;
    }
    if (attribute.getInt() != null) {
      return attribute.getInt();
    }
    if (attribute.getBool() != null) {
      return attribute.getBool();
    }
    if (attribute.getString() != null) {
      return attribute.getString();
    }
    return attribute.getVersion() == null ? null : List.of(attribute.getVersion());
  }
}
