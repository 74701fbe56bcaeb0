package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.strategy.network.Allocations.Owner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The IPAddresses by which the addresses of services are taken. */
final class AddressObjects {

  static final String GROUP = "networking.k8s.io";
  static final String PLURAL = "ipaddresses";

  private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
  private static final String MANAGER = "ipallocator.k8s.io";
  private static final String SERVICE_UID = "nauarch.dev/service-uid";

  private AddressObjects() {}

  /** What is stored of an address that a service takes. */
  static byte[] stored(String address, Owner owner, Instant since) {
    return StoredForm.encode(made(address, owner, since), GROUP + "/v1", "IPAddress");
  }

  /** The object of an address that a service takes. */
  static ObjectNode made(String address, Owner owner, Instant since) {
    var object = JsonNodeFactory.instance.objectNode();
    var metadata = object.putObject("metadata").put("name", address);
    metadata
        .put("uid", Uids.next())
        .put("creationTimestamp", since.truncatedTo(ChronoUnit.SECONDS).toString());
    metadata
        .putObject("labels")
        .put("ipaddress.kubernetes.io/ip-family", ServiceAddressRules.family(address))
        .put(MANAGED_BY, MANAGER);
    metadata.putObject("annotations").put(SERVICE_UID, owner.uid());
    object
        .putObject("spec")
        .putObject("parentRef")
        .put("group", "")
        .put("resource", "services")
        .put("namespace", owner.namespace())
        .put("name", owner.name());
    return object;
  }

  /** Which service has taken an address; empty where somebody else has made the object. */
  static Optional<Owner> owner(ObjectNode object) {
    var metadata = object.path("metadata");
    if (!metadata.path("labels").path(MANAGED_BY).asString("").equals(MANAGER)) {
      return Optional.empty();
    }
    var parent = object.path("spec").path("parentRef");
    return Optional.of(
        new Owner(
            parent.path("namespace").asString(""),
            parent.path("name").asString(""),
            metadata.path("annotations").path(SERVICE_UID).asString("")));
  }

  /** When an object was made. */
  static Instant since(ObjectNode object) {
    return Instant.parse(object.path("metadata").path("creationTimestamp").asString(""));
  }
}
