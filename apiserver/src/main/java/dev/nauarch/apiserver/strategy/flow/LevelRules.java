package dev.nauarch.apiserver.strategy.flow;

import dev.nauarch.apiserver.fairness.Hand;
import dev.nauarch.apiserver.flowcontrol.FlowObjects;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of priority levels. */
final class LevelRules {

  private static final String ROUND_TRIP =
      "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

  private LevelRules() {}

  static void check(Problems problems, Field level) {
    var annotations = level.at("metadata", "annotations");
    if (annotations.node().has(ROUND_TRIP)) {
      problems.forbidden(annotations, "annotation '" + ROUND_TRIP + "' is forbidden");
    }
    var name = level.at("metadata", "name").text();
    var spec = level.at("spec");
    var type = spec.at("type");
    if (name.equals(FlowObjects.EXEMPT) != type.is("Exempt")) {
      problems.invalid(type, "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    switch (type.text()) {
      case "Exempt" -> {
        if (spec.at("limited").isPresent()) {
          problems.forbidden(spec.at("limited"), "must be nil if the type is not Limited");
        }
        shares(problems, spec.at("exempt"));
      }
      case "Limited" -> limited(problems, spec);
      default -> problems.notSupported(type, List.of("Exempt", "Limited"));
    }
    FlowObjects.fixedSpec("PriorityLevelConfiguration", name)
        .ifPresent(fixed -> fixed(problems, name, spec, fixed));
  }

  private static void limited(Problems problems, Field spec) {
    if (spec.at("exempt").isPresent()) {
      problems.forbidden(spec.at("exempt"), "must be nil if the type is Limited");
    }
    var limited = spec.at("limited");
    if (!limited.isPresent()) {
      problems.required(limited, "must not be empty when type is Limited");
      return;
    }
    var shares = limited.at("nominalConcurrencyShares");
    if (shares.number(0) < 0) {
      problems.invalid(shares, "must be a non-negative integer");
    }
    response(problems, limited.at("limitResponse"));
    lendable(problems, limited);
    var borrowing = limited.at("borrowingLimitPercent");
    if (borrowing.number(0) < 0) {
      problems.invalid(borrowing, "if specified, must be a non-negative integer");
    }
  }

  private static void shares(Problems problems, Field sizes) {
    var shares = sizes.at("nominalConcurrencyShares");
    if (shares.number(0) < 0) {
      problems.invalid(shares, "must be a non-negative integer");
    }
    lendable(problems, sizes);
  }

  private static void lendable(Problems problems, Field sizes) {
    problems.range(sizes.at("lendablePercent"), 0, 100);
  }

  private static void response(Problems problems, Field response) {
    var type = response.at("type");
    var queuing = response.at("queuing");
    switch (type.text()) {
      case "Reject" -> {
        if (queuing.isPresent()) {
          problems.forbidden(queuing, "must be nil if limited.limitResponse.type is not Limited");
        }
      }
      case "Queue" -> {
        if (queuing.isPresent()) {
          queuing(problems, queuing);
        } else {
          problems.required(queuing, "must not be empty if limited.limitResponse.type is Limited");
        }
      }
      default -> problems.notSupported(type, List.of("Queue", "Reject"));
    }
  }

  private static void queuing(Problems problems, Field queuing) {
    positive(problems, queuing.at("queueLengthLimit"));
    var queues = queuing.at("queues");
    positive(problems, queues);
    if (queues.number(0) > Hand.QUEUES_MAX) {
      problems.invalid(queues, "must not be greater than " + Hand.QUEUES_MAX);
    }
    var hand = queuing.at("handSize");
    var deck = queues.number(0);
    if (hand.number(0) <= 0) {
      positive(problems, hand);
    } else if (hand.number(0) > deck) {
      problems.invalid(hand, "should not be greater than queues (" + deck + ")");
    } else if (!Hand.isDealt(deck, hand.number(0))) {
      problems.invalid(
          hand,
          "required entropy bits of deckSize "
              + deck
              + " and handSize "
              + hand.number(0)
              + " should not be greater than "
              + Hand.BITS_MAX);
    }
  }

  private static void positive(Problems problems, Field number) {
    if (number.number(0) <= 0) {
      problems.invalid(number, "must be positive");
    }
  }

  /** Of what is never limited, the sizes may be chosen. */
  private static void fixed(Problems problems, String name, Field spec, ObjectNode fixed) {
    if (name.equals(FlowObjects.EXEMPT)) {
      if (!without(spec.node()).equals(without(fixed))) {
        problems.invalid(
            spec,
            "spec of '" + name + "' except the 'spec.exempt' field must equal the fixed value");
      }
    } else if (!spec.node().equals(fixed)) {
      problems.invalid(spec, "spec of '" + name + "' must equal the fixed value");
    }
  }

  private static JsonNode without(JsonNode spec) {
    return spec instanceof ObjectNode object ? object.deepCopy().without("exempt") : spec;
  }
}
