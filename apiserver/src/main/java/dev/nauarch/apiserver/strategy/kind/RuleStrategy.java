package dev.nauarch.apiserver.strategy.kind;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The strategy of a small kind, made of functions.
 *
 * @param filling fills in what a new or changed object leaves open
 * @param rule finds what is wrong with an object
 * @param change finds what may not have changed
 * @param status finds what is wrong with a new status
 * @param warning says what of an object will surprise its owner
 */
public record RuleStrategy(
    Filling filling, Rule rule, Change change, Change status, Warning warning) implements Strategy {

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
    return new RuleStrategy((_, _) -> {}, rule, change, (_, _, _) -> {}, (_, _) -> List.of());
  }

  /** The same with something filled in. */
  public RuleStrategy filledBy(Filling other) {
    return new RuleStrategy(other, rule, change, status, warning);
  }

  /** The same with a rule for the status. */
  public RuleStrategy withStatus(Change other) {
    return new RuleStrategy(filling, rule, change, other, warning);
  }

  /** The same with warnings. */
  public RuleStrategy warningOf(Warning other) {
    return new RuleStrategy(filling, rule, change, status, other);
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    filling.fill(object, NONE);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    if (subresource.isEmpty()) {
      filling.fill(object, old);
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
      rule.check(problems, Field.of(object));
      change.check(problems, Field.of(object), Field.of(old));
    } else if (subresource.equals("status")) {
      status.check(problems, Field.of(object), Field.of(old));
    }
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return warning.of(Field.of(object), Field.of(old));
  }
}
