package dev.nauarch.apiserver.strategy;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.conversion.Conversion;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The strategy of a stored kind for objects of another version of it.
 *
 * @param stored the strategy
 * @param conversion how objects become the stored ones
 */
record ConvertedStrategy(Strategy stored, Conversion conversion) implements Strategy {

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    var converted = converted(object);
    converted.remove("status");
    stored.prepareForCreate(converted, user);
    takeOver(object, converted);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    var before = converted(old);
    var converted = keepingTheRest(converted(object), before, subresource);
    stored.prepareForUpdate(converted, before, subresource, user);
    takeOver(object, converted);
  }

  /**
   * A version may keep a part of the status in what is not its status, and the other way round:
   * which half of the object a write leaves alone is known of the stored one.
   */
  private static ObjectNode keepingTheRest(
      ObjectNode object, ObjectNode before, String subresource) {
    var kept = subresource.isEmpty() ? object : before.deepCopy();
    var other = subresource.isEmpty() ? before : object;
    if (other.has("status")) {
      kept.set("status", other.get("status"));
    } else {
      kept.remove("status");
    }
    if (!subresource.isEmpty()) {
      kept.set("metadata", object.path("metadata"));
    }
    return kept;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return stored.validate(converted(object));
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return stored.validateUpdate(converted(object), converted(old), subresource);
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return stored.warnings(converted(object), converted(old));
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return stored.allowsCreateOnUpdate();
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return stored.allowsUnconditionalUpdate();
  }

  @Override
  public void prepareForDelete(ObjectNode object, Instant now) {
    var converted = converted(object);
    stored.prepareForDelete(converted, now);
    takeOver(object, converted);
  }

  @Override
  public long gracePeriodSeconds(ObjectNode object, long requestedSeconds) {
    return stored.gracePeriodSeconds(converted(object), requestedSeconds);
  }

  @Override
  public boolean isMarkedFirst() {
    return stored.isMarkedFirst();
  }

  @Override
  public boolean orphansByDefault() {
    return stored.orphansByDefault();
  }

  @Override
  public Reservation reserve(ObjectNode object, ObjectNode old) {
    var converted = converted(object);
    var reservation = stored.reserve(converted, converted(old));
    takeOver(object, converted);
    return reservation;
  }

  @Override
  public void released(ObjectNode object) {
    stored.released(converted(object));
  }

  private ObjectNode converted(ObjectNode object) {
    var converted = object.deepCopy();
    if (!converted.isEmpty()) {
      conversion.toStored(converted);
    }
    return converted;
  }

  private void takeOver(ObjectNode object, ObjectNode converted) {
    conversion.toServed(converted);
    object.removeAll();
    object.setAll(converted);
  }
}
