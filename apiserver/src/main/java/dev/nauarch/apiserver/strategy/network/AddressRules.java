package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of the addresses of services, and of the ranges that they are from. */
final class AddressRules {

  private AddressRules() {}

  static void address(Problems problems, Field address) {
    var parent = address.at("spec", "parentRef");
    if (!parent.isPresent()) {
      problems.required(parent, "");
      return;
    }
    // Services are of the core group, whose name is empty.
    if (!parent.at("group").isEmpty()) {
      problems.form(parent.at("group"), NameRules::subdomain);
    }
    problems.requireForm(parent.at("resource"), NameRules::pathSegment);
    problems.requireForm(parent.at("name"), NameRules::pathSegment);
    problems.form(parent.at("namespace"), NameRules::pathSegment);
  }

  static void addressChange(Problems problems, Field address, Field old) {
    problems.immutable(address.at("spec", "parentRef"), old.at("spec", "parentRef"));
  }

  /** Checks a new range, or a pair of one range of each family. */
  static void ranges(Problems problems, ObjectNode object) {
    var spec = Field.of(object).at("spec");
    var ranges = spec.at("cidrs");
    var items = ranges.items();
    if (items.isEmpty()) {
      problems.required(ranges, "at least one CIDR required");
      return;
    }
    if (items.size() > 2) {
      problems.invalid(ranges.with(spec.node()), "may only hold up to 2 values");
      return;
    }
    items.forEach(range -> problems.form(range, Addresses::canonicalRange));
    if (items.size() == 2
        && Addresses.isSameFamily(items.getFirst().text(), items.getLast().text())) {
      problems.invalid(
          ranges,
          "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and"
              + " 2001:db8::/64");
    }
  }

  /** Checks changed ranges: a range of the other family may be added. */
  static void rangesChange(Problems problems, ObjectNode object, ObjectNode old) {
    var ranges = Field.of(object).at("spec", "cidrs");
    var now = ranges.items();
    var before = Field.of(old).at("spec", "cidrs").items();
    boolean isAdded = before.size() == 1 && now.size() == 2;
    if (now.size() != before.size() && !isAdded) {
      problems.invalid(ranges.or(NullNode.getInstance()), Problems.IMMUTABLE);
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      problems.immutable(now.get(i), before.get(i));
    }
    if (isAdded) {
      ranges(problems, object);
    }
  }
}
