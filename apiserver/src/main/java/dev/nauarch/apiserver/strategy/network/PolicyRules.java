package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of network policies.
 *
 * @param known ranges that the policy had before, which may stay as they are
 */
record PolicyRules(Set<String> known) {

  private static final int PORT_MAX = 65_535;

  /** A side of a policy: the list of its rules, and of their peers. */
  private record Side(String rules, String peers) {}

  private static final List<Side> SIDES =
      List.of(new Side("ingress", "from"), new Side("egress", "to"));

  /** The rules of a change of a policy; of a new one, if it has no fields. */
  static PolicyRules after(ObjectNode old) {
    var known = new HashSet<String>();
    for (var block : blocks(Field.of(old).at("spec"))) {
      ranges(block).forEach(range -> known.add(range.text()));
    }
    return new PolicyRules(known);
  }

  void check(Problems problems, Field policy) {
    var spec = policy.at("spec");
    Forms.selector(problems, spec.at("podSelector"));
    for (var side : SIDES) {
      for (var rule : spec.at(side.rules).items()) {
        rule.at("ports").items().forEach(port -> port(problems, port));
        rule.at(side.peers).items().forEach(peer -> peer(problems, peer));
      }
    }
    var types = spec.at("policyTypes");
    if (types.items().size() > SIDES.size()) {
      problems.invalid(types, "may not specify more than two policyTypes");
      return;
    }
    for (var type : types.items()) {
      if (!type.is("Ingress") && !type.is("Egress")) {
        problems.notSupported(type, List.of("Egress", "Ingress"));
      }
    }
  }

  static List<String> warnings(Field policy) {
    var warnings = new ArrayList<String>();
    for (var block : blocks(policy.at("spec"))) {
      for (var range : ranges(block)) {
        Addresses.unusualRange(range.text())
            .ifPresent(warning -> warnings.add(range.path() + ": " + warning));
      }
    }
    return warnings;
  }

  private static List<Field> blocks(Field spec) {
    return SIDES.stream()
        .flatMap(
            side ->
                spec.at(side.rules).items().stream()
                    .flatMap(rule -> rule.at(side.peers).items().stream()))
        .map(peer -> peer.at("ipBlock"))
        .filter(Field::isPresent)
        .toList();
  }

  private static List<Field> ranges(Field block) {
    var ranges = new ArrayList<>(List.of(block.at("cidr")));
    ranges.addAll(block.at("except").items());
    return ranges;
  }

  private static void port(Problems problems, Field item) {
    problems.oneOf(item.at("protocol"), "SCTP", "TCP", "UDP");
    var port = item.at("port");
    var end = item.at("endPort");
    if (!port.isPresent()) {
      if (end.isPresent()) {
        problems.invalid(end, "may not be specified when `port` is not specified");
      }
    } else if (port.node().isString()) {
      if (end.isPresent()) {
        problems.invalid(end, "may not be specified when `port` is non-numeric");
      }
      problems.form(port, Forms::portName);
    } else {
      problems.range(port, 1, PORT_MAX);
      if (end.isPresent() && end.number(0) < port.number(0)) {
        problems.invalid(end.with(port.node()), "must be greater than or equal to `port`");
      }
      problems.range(end, 1, PORT_MAX);
    }
  }

  private void peer(Problems problems, Field peer) {
    var block = peer.at("ipBlock");
    var selectors =
        List.of("podSelector", "namespaceSelector").stream()
            .map(peer::at)
            .filter(Field::isPresent)
            .toList();
    selectors.forEach(selector -> Forms.selector(problems, selector));
    if (block.isPresent()) {
      block(problems, block);
      if (!selectors.isEmpty()) {
        problems.forbidden(peer, "may not specify both ipBlock and another peer");
      }
    } else if (selectors.isEmpty()) {
      problems.required(peer, "must specify a peer");
    }
  }

  private void block(Problems problems, Field block) {
    var whole = block.at("cidr");
    if (!problems.require(whole)) {
      return;
    }
    range(problems, whole);
    for (var part : block.at("except").items()) {
      range(problems, part);
      boolean areRanges = Forms.cidr(whole.text()).isEmpty() && Forms.cidr(part.text()).isEmpty();
      if (areRanges && !Addresses.isWithin(part.text(), whole.text())) {
        problems.invalid(part, "must be a strict subset of `cidr`");
      }
    }
  }

  private void range(Problems problems, Field range) {
    if (!known.contains(range.text())) {
      problems.form(range, Addresses::strictRange);
    }
  }
}
