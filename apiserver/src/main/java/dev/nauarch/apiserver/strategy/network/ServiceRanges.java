package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The networks from which services get their addresses: the one that the server was started with,
 * and those of further ServiceCIDRs as soon as they are ready (KEP-1880).
 *
 * @param own the server's
 */
record ServiceRanges(ObjectView view, AddressRange own) {

  static final String PLURAL = "servicecidrs";

  /** Those from which addresses may be given now, the server's own first. */
  List<AddressRange> ready() {
    var ranges = new ArrayList<AddressRange>();
    ranges.add(own);
    for (var object : all()) {
      if (isReady(object) && !isEnding(object)) {
        for (var range : object.path("spec").path("cidrs")) {
          var text = range.asString("");
          if (Addresses.isSameFamily(text, own.cidr())) {
            ranges.add(new AddressRange(text));
          }
        }
      }
    }
    return ranges.stream().distinct().toList();
  }

  private List<ObjectNode> all() {
    return view.list(AddressObjects.GROUP, PLURAL, "");
  }

  /** Whether an address is taken, as far as this server has heard. */
  boolean isTaken(String address) {
    return view.find(AddressObjects.GROUP, AddressObjects.PLURAL, "", address).isPresent();
  }

  /** Whether a range that is to go would leave addresses behind that no other range has. */
  boolean isNeeded(ObjectNode object) {
    var others = new ArrayList<String>();
    for (var other : all()) {
      if (!name(other).equals(name(object))) {
        other.path("spec").path("cidrs").forEach(range -> others.add(range.asString("")));
      }
    }
    for (var range : object.path("spec").path("cidrs")) {
      var text = range.asString("");
      boolean isCovered =
          others.stream().anyMatch(other -> other.equals(text) || Addresses.isWithin(text, other));
      if (!isCovered && hasAddresses(text, others)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasAddresses(String range, List<String> others) {
    var inside = new AddressRange(range);
    return view.list(AddressObjects.GROUP, AddressObjects.PLURAL, "").stream()
        .filter(address -> AddressObjects.owner(address).isPresent())
        .map(ServiceRanges::name)
        .filter(inside::contains)
        .anyMatch(
            address ->
                others.stream().noneMatch(other -> new AddressRange(other).contains(address)));
  }

  static String name(JsonNode object) {
    return object.path("metadata").path("name").asString("");
  }

  /** Whether somebody has asked for a range's end. */
  static boolean isEnding(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  private static boolean isReady(JsonNode object) {
    return object
        .path("status")
        .path("conditions")
        .valueStream()
        .anyMatch(
            condition ->
                condition.path("type").asString("").equals("Ready")
                    && condition.path("status").asString("").equals("True"));
  }
}
