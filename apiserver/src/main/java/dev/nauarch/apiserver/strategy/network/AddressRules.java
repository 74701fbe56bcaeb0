package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
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

  /**
   * Checks an address in a field that once took more forms than today.
   *
   * @param old the list that held it before; values that are there already stay good
   * @return whether it is good
   */
  static boolean legacyIp(Problems problems, Field address, Field old) {
    return legacy(problems, address, old, Addresses::strictAddress);
  }

  /** As {@link #legacyIp}, for a range. */
  static boolean legacyRange(Problems problems, Field range, Field old) {
    return legacy(problems, range, old, Addresses::strictRange);
  }

  private static boolean legacy(
      Problems problems, Field value, Field old, Function<String, Optional<String>> rule) {
    if (old.items().stream().anyMatch(before -> before.text().strip().equals(value.text()))) {
      return true;
    }
    var wrong = rule.apply(value.text());
    wrong.ifPresent(detail -> problems.invalid(value, detail));
    return wrong.isEmpty();
  }

  /**
   * Checks that an address is one that pods can have. Kubernetes also refuses loopback addresses
   * here; pods of a cluster without a network of its own are at them.
   */
  static void endpoint(Problems problems, Field field) {
    if (!Forms.isIp(field.text())) {
      return;
    }
    var address = InetAddress.ofLiteral(field.text());
    if (address.isAnyLocalAddress()) {
      problems.invalid(field, "may not be unspecified (" + field.text() + ")");
    }
    if (address.isLinkLocalAddress()) {
      problems.invalid(field, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (address.isMCLinkLocal()) {
      problems.invalid(
          field, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }
}
