package dev.nauarch.apiserver.strategy;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A strategy that also warns of the fields of its kind that nothing acts upon yet.
 *
 * @param kind the kind
 * @param inner what is peculiar to it otherwise
 */
record WarningStrategy(String kind, Strategy inner) implements Strategy {

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    var warnings = new ArrayList<>(inner.warnings(object, old));
    // What was there before has been warned of.
    var known = InertFields.warnings(kind, old);
    InertFields.warnings(kind, object).stream()
        .filter(warning -> !known.contains(warning))
        .forEach(warnings::add);
    return warnings;
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    inner.prepareForCreate(object, user);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    inner.prepareForUpdate(object, old, subresource, user);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return inner.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return inner.validateUpdate(object, old, subresource);
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return inner.allowsCreateOnUpdate();
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return inner.allowsUnconditionalUpdate();
  }

  @Override
  public long gracePeriodSeconds(ObjectNode object, long requestedSeconds) {
    return inner.gracePeriodSeconds(object, requestedSeconds);
  }

  @Override
  public boolean orphansByDefault() {
    return inner.orphansByDefault();
  }

  @Override
  public Reservation reserve(ObjectNode object, ObjectNode old) {
    return inner.reserve(object, old);
  }

  @Override
  public void released(ObjectNode object) {
    inner.released(object);
  }
}
