package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The rules of endpoints and endpoint slices. */
public final class EndpointRules {

  private static final int PORT_MAX = 65_535;
  private static final int ENDPOINTS_MAX = 1000;
  private static final int ADDRESSES_MAX = 100;
  private static final int PORTS_MAX = 20_000;
  private static final int HINTS_MAX = 8;
  private static final int TOPOLOGY_MAX = 16;

  private EndpointRules() {}

  /** Checks endpoints of the older kind. */
  public static void endpoints(Problems problems, Field endpoints) {
    for (var subset : endpoints.at("subsets").items()) {
      if (subset.at("addresses").isEmpty() && subset.at("notReadyAddresses").isEmpty()) {
        problems.required(subset, "must specify `addresses` or `notReadyAddresses`");
      }
      for (var name : new String[] {"addresses", "notReadyAddresses"}) {
        for (var address : subset.at(name).items()) {
          problems.form(address.at("ip").or(StringNode.valueOf("")), Addresses::strictAddress);
          if (!address.at("hostname").isEmpty()) {
            problems.form(address.at("hostname"), NameRules::label);
          }
          nodeName(problems, address.at("nodeName"));
          AddressRules.endpoint(problems, address.at("ip"));
        }
      }
      var ports = subset.at("ports").items();
      for (var port : ports) {
        if (!port.at("name").isEmpty()) {
          problems.form(port.at("name"), NameRules::label);
        } else if (ports.size() > 1) {
          problems.required(port.at("name"), "");
        }
        problems.range(port.at("port"), 1, PORT_MAX);
        protocols(problems, port);
      }
    }
  }

  private static void nodeName(Problems problems, Field name) {
    if (name.isPresent()) {
      problems.form(name, NameRules::subdomain);
    }
  }

  private static void protocols(Problems problems, Field port) {
    problems.requireOneOf(port.at("protocol"), "SCTP", "TCP", "UDP");
    if (port.at("appProtocol").isPresent()) {
      problems.form(port.at("appProtocol"), NameRules::labelKey);
    }
  }

  /** Fills in what a slice leaves open. */
  public static void fillSlice(ObjectNode slice) {
    for (var item : slice.path("ports")) {
      if (item instanceof ObjectNode port) {
        if (port.path("protocol").asString("").isEmpty()) {
          port.put("protocol", "TCP");
        }
        if (!port.hasNonNull("name")) {
          port.put("name", "");
        }
      }
    }
  }

  /** Checks a slice. */
  public static void slice(Problems problems, Field slice) {
    var type = slice.at("addressType");
    problems.requireOneOf(type, "FQDN", "IPv4", "IPv6");
    var ports = slice.at("ports");
    if (ports.items().size() > PORTS_MAX) {
      problems.tooMany(ports, PORTS_MAX);
    } else {
      for (var port : ports.items()) {
        if (!port.at("name").isEmpty()) {
          problems.form(port.at("name"), NameRules::label);
        }
        protocols(problems, port);
      }
      var names = ports.items().stream().map(port -> port.at("name")).toList();
      problems.unique(names);
      names.stream().filter(Field::isEmpty).skip(1).forEach(problems::duplicate);
    }
    var endpoints = slice.at("endpoints");
    if (endpoints.items().size() > ENDPOINTS_MAX) {
      problems.tooMany(endpoints, ENDPOINTS_MAX);
    } else {
      endpoints.items().forEach(endpoint -> endpoint(problems, type, endpoint));
    }
  }

  private static void endpoint(Problems problems, Field type, Field endpoint) {
    var addresses = endpoint.at("addresses");
    if (addresses.isEmpty()) {
      problems.required(addresses, "must contain at least 1 address");
    } else if (addresses.items().size() > ADDRESSES_MAX) {
      problems.tooMany(addresses, ADDRESSES_MAX);
    }
    addresses.items().forEach(address -> address(problems, type, addresses, address));
    nodeName(problems, endpoint.at("nodeName"));
    var labels = endpoint.at("deprecatedTopology");
    if (labels.entries().size() > TOPOLOGY_MAX) {
      problems.tooMany(labels, TOPOLOGY_MAX);
    }
    PodSpecRules.labels(problems, labels);
    if (endpoint.at("hostname").isPresent()) {
      problems.form(endpoint.at("hostname"), NameRules::label);
    }
    hints(problems, endpoint.at("hints", "forZones"), NameRules::labelValue);
    hints(problems, endpoint.at("hints", "forNodes"), NameRules::subdomain);
  }

  private static void address(Problems problems, Field type, Field addresses, Field address) {
    if (type.is("FQDN")) {
      problems.form(address, NameForms::domain);
      return;
    }
    if (!type.is("IPv4") && !type.is("IPv6")) {
      return;
    }
    var wrong =
        type.is("IPv4")
            ? Addresses.strictAddress(address.text())
            : Addresses.canonicalAddress(address.text());
    if (wrong.isPresent()) {
      problems.invalid(address, wrong.get());
      return;
    }
    if (!ServiceAddressRules.family(address.text()).equals(type.text())) {
      problems.invalid(addresses.with(address.node()), "must be an " + type.text() + " address");
    }
    AddressRules.endpoint(problems, address);
  }

  private static void hints(
      Problems problems, Field hints, Function<String, Optional<String>> rule) {
    if (hints.items().size() > HINTS_MAX) {
      problems.tooMany(hints, HINTS_MAX);
      return;
    }
    var names = hints.items().stream().map(hint -> hint.at("name")).toList();
    problems.unique(names);
    names.forEach(name -> problems.form(name, rule));
  }

  /** Checks a change of a slice. */
  public static void sliceChange(Problems problems, Field slice, Field old) {
    problems.immutable(slice.at("addressType"), old.at("addressType"));
  }

  /** What to tell whoever writes a slice. */
  public static List<String> warnings(Field slice, Field old) {
    return old.isEmpty() && slice.at("addressType").is("FQDN")
        ? List.of("spec.addressType: FQDN endpoints are deprecated")
        : List.of();
  }
}
