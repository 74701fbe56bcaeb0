package dev.nauarch.apiserver.strategy.kind;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The strategy of a small kind, made of functions.
 *
 * @param filling fills in what a new or changed object leaves open
 * @param rule finds what is wrong with an object
 * @param change finds what may not have changed
 * @param status the same for a write of the status
 * @param warning says what of an object will surprise its owner
 * @param traits how it differs from most kinds
 */
public record RuleStrategy(
    Filling filling, Rule rule, Change change, Status status, Warning warning, Set<Trait> traits)
    implements Strategy {

  /** How a kind differs from most. */
  public enum Trait {
    /** A PUT must name the resourceVersion that it replaces. */
    NEEDS_VERSION,
    /** A PUT of an object that does not exist creates it. */
    CREATED_BY_UPDATE,
    /** The rule is for new objects only; what holds of changed ones, the change says as a whole. */
    CHECKED_ONCE
  }

  /**
   * What is done to the status of an object, by a write of that alone.
   *
   * @param filling fills in or takes away
   * @param change finds what is wrong with it
   */
  public record Status(Filling filling, Change change) {
    private static final Status FREE = new Status((_, _) -> {}, (_, _, _) -> {});
  }

  /** Fills in what an object leaves open, in place; the old one is empty for a creation. */
  public interface Filling {
    void fill(ObjectNode object, ObjectNode old);
  }

  /** Finds what is wrong with an object. */
  public interface Rule {
    void check(Problems problems, Field object);
  }

  /** Finds what may not have changed. */
  public interface Change {
    void check(Problems problems, Field object, Field old);
  }

  /** Says what of an object will surprise its owner; the old one is empty for a creation. */
  public interface Warning {
    List<String> of(Field object, Field old);
  }

  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

  /** A kind of which only objects as such are checked. */
  public static RuleStrategy of(Rule rule) {
    return of(rule, (_, _, _) -> {});
  }

  /** A kind of which objects and changes are checked. */
  public static RuleStrategy of(Rule rule, Change change) {
    return new RuleStrategy((_, _) -> {}, rule, change, Status.FREE, (_, _) -> List.of(), Set.of());
  }

  /** The same with something filled in. */
  public RuleStrategy filledBy(Filling other) {
    return new RuleStrategy(other, rule, change, status, warning, traits);
  }

  /** The same with a check of what is written to the status. */
  public RuleStrategy statusBy(Change check) {
    return statusBy((_, _) -> {}, check);
  }

  /** The same with something done to what is written to the status, and a check of it. */
  public RuleStrategy statusBy(Filling fill, Change check) {
    return new RuleStrategy(filling, rule, change, new Status(fill, check), warning, traits);
  }

  /** The same with warnings. */
  public RuleStrategy warningOf(Warning other) {
    return new RuleStrategy(filling, rule, change, status, other, traits);
  }

  /** The same with these traits. */
  public RuleStrategy with(Trait... others) {
    return new RuleStrategy(filling, rule, change, status, warning, Set.of(others));
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    filling.fill(object, NONE);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    if (subresource.isEmpty()) {
      filling.fill(object, old);
    } else if (subresource.equals("status")) {
      status.filling.fill(object, old);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    rule.check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      if (!traits.contains(Trait.CHECKED_ONCE)) {
        rule.check(problems, Field.of(object));
      }
      change.check(problems, Field.of(object), Field.of(old));
    } else if (subresource.equals("status")) {
      status.change.check(problems, Field.of(object), Field.of(old));
    }
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return warning.of(Field.of(object), Field.of(old));
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return traits.contains(Trait.CREATED_BY_UPDATE);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return !traits.contains(Trait.NEEDS_VERSION);
  }
}
