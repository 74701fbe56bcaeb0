package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the cluster addresses of a service, and with the families of addresses. */
final class ServiceAddressRules {

  private static final String SAME = "may not change once set";
  private static final String SINGLE = "SingleStack";

  private ServiceAddressRules() {}

  /** Whether a service has no address of its own, by choice. */
  static boolean isHeadless(Field spec) {
    var all = spec.at("clusterIPs").items();
    return all.size() == 1 && all.getFirst().is("None");
  }

  /** Whether a service only names what somebody else keeps the endpoints of. */
  static boolean isHeadlessWithoutSelector(Field spec) {
    return spec.at("clusterIP").is("None") && spec.at("selector").isEmpty();
  }

  /** The family of an address. */
  static String family(String address) {
    return address.indexOf(':') < 0 ? "IPv4" : "IPv6";
  }

  /** Checks that addresses fit each other and their families. */
  static void check(Problems problems, Field spec, Field oldSpec) {
    if (spec.at("type").is("ExternalName")) {
      return;
    }
    var address = spec.at("clusterIP");
    var all = spec.at("clusterIPs");
    var addresses = all.items();
    if (!address.isEmpty() && addresses.isEmpty()) {
      problems.required(all, "");
    } else if (!address.isEmpty() && !addresses.getFirst().hasValueOf(address)) {
      problems.invalid(all, "first value must match `clusterIP`");
    } else if (address.isEmpty() && !addresses.isEmpty()) {
      problems.invalid(all, "must be empty when `clusterIP` is not specified");
    }
    var families = spec.at("ipFamilies").items();
    families.forEach(family -> problems.oneOf(family, "IPv4", "IPv6"));
    problems.unique(families);
    problems.oneOf(spec.at("ipFamilyPolicy"), "PreferDualStack", "RequireDualStack", SINGLE);
    if (areWellFormed(problems, all, oldSpec.at("clusterIPs"))) {
      fitFamilies(problems, all, families);
    }
  }

  private static boolean areWellFormed(Problems problems, Field all, Field old) {
    boolean isGood = true;
    var addresses = all.items();
    for (int i = 0; i < addresses.size(); i++) {
      if (i == 0 && addresses.get(i).is("None")) {
        if (addresses.size() > 1) {
          problems.invalid(all, "'None' must be the first and only value");
          isGood = false;
        }
      } else {
        isGood &= AddressRules.legacyIp(problems, addresses.get(i), old);
      }
    }
    if (addresses.size() > 2) {
      problems.invalid(all, "may only hold up to 2 values");
    }
    return isGood;
  }

  private static void fitFamilies(Problems problems, Field all, List<Field> families) {
    var addresses = all.items();
    if (addresses.size() > 1
        && (addresses.size() > 2
            || family(addresses.get(0).text()).equals(family(addresses.get(1).text())))) {
      problems.invalid(all, "may specify no more than one IP for each IP family");
    }
    for (int i = 0; i < addresses.size() && i < families.size(); i++) {
      var wanted = families.get(i).text();
      if (!addresses.get(i).is("None") && !family(addresses.get(i).text()).equals(wanted)) {
        problems.invalid(
            addresses.get(i),
            "expected an " + wanted + " value as indicated by `ipFamilies[" + i + "]`");
      }
    }
  }

  /**
   * Checks what the cluster has no addresses for.
   *
   * @param own the family of the cluster's addresses
   */
  static void available(Problems problems, Field spec, Field oldSpec, String own) {
    if (spec.at("type").is("ExternalName")) {
      return;
    }
    var policy = spec.at("ipFamilyPolicy");
    var addresses = spec.at("clusterIPs");
    var families = spec.at("ipFamilies");
    if (policy.is(SINGLE)) {
      var dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
      if (addresses.items().size() == 2) {
        problems.invalid(policy, dual + "cluster IPs are specified");
      }
      if (families.items().size() == 2) {
        problems.invalid(policy, dual + "IP families are specified");
      }
    } else {
      if (isReduced(addresses, oldSpec.at("clusterIPs"))) {
        problems.invalid(policy, "must be 'SingleStack' to release the secondary cluster IP");
      }
      if (isReduced(families, oldSpec.at("ipFamilies"))) {
        problems.invalid(policy, "must be 'SingleStack' to release the secondary IP family");
      }
    }
    if (isHeadlessWithoutSelector(spec)) {
      return;
    }
    if (policy.is("RequireDualStack")) {
      problems.invalid(policy, "this cluster is not configured for dual-stack services");
    }
    for (var family : families.items()) {
      if (!family.is(own) && List.of("IPv4", "IPv6").contains(family.text())) {
        problems.invalid(family, "not configured on this cluster");
      }
    }
  }

  private static boolean isReduced(Field now, Field old) {
    int size = now.items().size();
    return size > 0 && size < old.items().size();
  }

  /** Checks what may not become of an old service. */
  static void change(Problems problems, Field now, Field old) {
    if (now.at("type").is("ExternalName") || old.at("type").is("ExternalName")) {
      return;
    }
    if (!isHeadless(now) || !isHeadless(old)) {
      keep(problems, now, old, "clusterIPs", "primary clusterIP can not be unset");
    }
    if (!isHeadless(now) && !isHeadless(old)) {
      keep(problems, now, old, "ipFamilies", "primary ipFamily can not be unset");
    }
  }

  /** The first value stays, and a second one may come and go. */
  private static void keep(
      Problems problems, Field now, Field old, String name, String cannotBeUnset) {
    var values = new ArrayList<>(now.at(name).items());
    var before = old.at(name).items();
    int both = Math.min(values.size(), before.size());
    int compared = values.size() == before.size() ? both : Math.min(both, 1);
    for (int i = 0; i < compared; i++) {
      if (!values.get(i).hasValueOf(before.get(i))) {
        problems.invalid(
            new Field(now.at(name).node(), now.at(name).path() + "[" + i + "]", ""), SAME);
      }
    }
    if (values.isEmpty() && !before.isEmpty()) {
      problems.invalid(
          new Field(now.at(name).node(), now.at(name).path() + "[0]", ""), cannotBeUnset);
    }
    if (before.size() > 1 && values.size() == 1 && !now.at("ipFamilyPolicy").is(SINGLE)) {
      var what = name.equals("clusterIPs") ? "clusterIP" : "ipFamily";
      problems.invalid(
          now.at("ipFamilyPolicy"),
          "must be set to 'SingleStack' when releasing the secondary " + what);
    }
  }
}
