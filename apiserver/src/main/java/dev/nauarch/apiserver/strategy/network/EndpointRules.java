package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import tools.jackson.databind.node.ObjectNode;

/** The rules of endpoints and endpoint slices. */
public final class EndpointRules {

  private static final int PORT_MAX = 65_535;
  private static final int ENDPOINTS_MAX = 1000;
  private static final int ADDRESSES_MAX = 100;
  private static final int PORTS_MAX = 20_000;

  private EndpointRules() {}

  /** Checks endpoints of the older kind. */
  public static void endpoints(Problems problems, Field endpoints) {
    for (var subset : endpoints.at("subsets").items()) {
      if (subset.at("addresses").isEmpty() && subset.at("notReadyAddresses").isEmpty()) {
        problems.required(subset, "must specify `addresses` or `notReadyAddresses`");
      }
      for (var name : new String[] {"addresses", "notReadyAddresses"}) {
        for (var address : subset.at(name).items()) {
          problems.requireForm(address.at("ip"), Forms::ip);
        }
      }
      for (var port : subset.at("ports").items()) {
        if (port.at("name").isEmpty() && subset.at("ports").items().size() > 1) {
          problems.required(port.at("name"), "");
        }
        problems.range(port.at("port"), 1, PORT_MAX);
        problems.oneOf(port.at("protocol"), "SCTP", "TCP", "UDP");
      }
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
    var endpoints = slice.at("endpoints");
    if (endpoints.items().size() > ENDPOINTS_MAX) {
      problems.tooMany(endpoints, ENDPOINTS_MAX);
    }
    for (var endpoint : endpoints.items()) {
      addresses(problems, type, endpoint.at("addresses"));
      if (endpoint.at("hostname").isPresent()) {
        problems.form(endpoint.at("hostname"), NameRules::label);
      }
    }
    var ports = slice.at("ports").items();
    if (ports.size() > PORTS_MAX) {
      problems.tooMany(slice.at("ports"), PORTS_MAX);
    }
    var names = new ArrayList<Field>();
    for (var port : ports) {
      if (!port.at("name").isEmpty()) {
        problems.form(port.at("name"), NameRules::label);
        names.add(port.at("name"));
      }
      problems.range(port.at("port"), 1, PORT_MAX);
      problems.oneOf(port.at("protocol"), "SCTP", "TCP", "UDP");
    }
    problems.unique(names);
  }

  private static void addresses(Problems problems, Field type, Field addresses) {
    if (addresses.isEmpty()) {
      problems.required(addresses, "must contain at least 1 address");
    } else if (addresses.items().size() > ADDRESSES_MAX) {
      problems.tooMany(addresses, ADDRESSES_MAX);
    }
    for (var address : addresses.items()) {
      if (type.is("FQDN")) {
        problems.form(address, NameRules::subdomain);
      } else {
        boolean isIpv6 = address.text().indexOf(':') >= 0;
        if (!Forms.isIp(address.text()) || isIpv6 != type.is("IPv6")) {
          problems.invalid(address, "must be a valid " + type.text() + " address");
        }
      }
    }
  }

  /** Checks a change of a slice. */
  public static void sliceChange(Problems problems, Field slice, Field old) {
    problems.immutable(slice.at("addressType"), old.at("addressType"));
  }
}
