package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.network.Allocations.Owner;
import dev.nauarch.apiserver.strategy.network.Allocations.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gives services their cluster addresses and node ports. May be called from any thread. */
public final class ServiceAllocator {

  private static final int TRIED_MAX = 512;

  private final Allocations allocations;
  private final Options options;
  private final ServiceRanges ranges;
  private final RandomGenerator random;

  /**
   * From where to give.
   *
   * @param addresses the cluster's network of service addresses
   * @param nodePortMin the first node port
   * @param nodePortMax the last node port
   */
  public record Options(AddressRange addresses, int nodePortMin, int nodePortMax) {

    /** A network, and Kubernetes' usual ports. */
    public static Options of(String cidr) {
      return new Options(new AddressRange(cidr), 30_000, 32_767);
    }
  }

  /** What a service has. */
  private record Holding(TreeSet<String> addresses, TreeSet<String> ports) {

    static Holding of(JsonNode spec) {
      var addresses = new TreeSet<String>();
      if (!spec.path("type").asString("").equals("ExternalName")) {
        addresses.add(spec.path("clusterIP").asString(""));
        spec.path("clusterIPs").forEach(address -> addresses.add(address.asString("")));
      }
      addresses.removeIf(address -> address.isEmpty() || address.equals("None"));
      var ports = new TreeSet<String>();
      for (var port : spec.path("ports")) {
        int number = port.path("nodePort").asInt(0);
        if (number != 0) {
          ports.add(portKey(number, port.path("protocol").asString("TCP")));
        }
      }
      int health = spec.path("healthCheckNodePort").asInt(0);
      if (health != 0) {
        ports.add(portKey(health, "TCP"));
      }
      return new Holding(addresses, ports);
    }
  }

  /**
   * Gives from these ranges.
   *
   * @param view where further ranges are found
   */
  public ServiceAllocator(
      Allocations allocations, Options options, ObjectView view, RandomGenerator random) {
    this.allocations = allocations;
    this.options = options;
    this.ranges = new ServiceRanges(view, options.addresses);
    this.random = random;
  }

  /** The family of the addresses that it gives. */
  String family() {
    return options.addresses.isIpv4() ? "IPv4" : "IPv6";
  }

  /** Takes what a service needs and writes it into the service. */
  Reservation reserve(ObjectNode service, ObjectNode old) {
    var owner = owner(service);
    var taken = new Taken(owner);
    var before = Holding.of(old.path("spec"));
    try {
      takeAddresses(service, before, taken);
      takePorts(service, before, taken);
    } catch (RuntimeException e) {
      taken.giveBack();
      throw e;
    }
    var after = Holding.of(service.path("spec"));
    return new Reservation() {
      @Override
      public void stored() {
        before.addresses.stream()
            .filter(address -> !after.addresses.contains(address))
            .forEach(address -> allocations.release(Pool.CLUSTER_IPS, address, owner));
        before.ports.stream()
            .filter(port -> !after.ports.contains(port))
            .forEach(port -> allocations.release(Pool.NODE_PORTS, port, owner));
      }

      @Override
      public void abandoned() {
        taken.giveBack();
      }
    };
  }

  /** Gives back what a service had. */
  void release(ObjectNode service) {
    var holding = Holding.of(service.path("spec"));
    var owner = owner(service);
    holding.addresses.forEach(address -> allocations.release(Pool.CLUSTER_IPS, address, owner));
    holding.ports.forEach(port -> allocations.release(Pool.NODE_PORTS, port, owner));
  }

  /** Makes the allocations agree with the services; to be called at start and now and then. */
  public void repair(Collection<ObjectNode> services) {
    var addresses = new TreeMap<String, Owner>();
    var ports = new TreeMap<String, Owner>();
    for (var service : services) {
      var holding = Holding.of(service.path("spec"));
      holding.addresses.forEach(address -> addresses.put(address, owner(service)));
      holding.ports.forEach(port -> ports.put(port, owner(service)));
    }
    allocations.repair(Pool.CLUSTER_IPS, addresses);
    allocations.repair(Pool.NODE_PORTS, ports);
  }

  private void takeAddresses(ObjectNode service, Holding before, Taken taken) {
    var spec = service.withObject("spec");
    if (spec.path("type").asString("").equals("ExternalName")) {
      return;
    }
    if (spec.path("clusterIP").asString("").isEmpty()) {
      var address = takeAnyAddress(service, taken);
      spec.put("clusterIP", address);
      spec.putArray("clusterIPs").add(address);
      return;
    }
    for (var address : Holding.of(spec).addresses) {
      if (!before.addresses.contains(address)) {
        takeAddress(service, address, taken);
      }
    }
  }

  private void takeAddress(ObjectNode service, String address, Taken taken) {
    var failed = "failed to allocate IP " + address + ": ";
    var ready = ranges.ready();
    if (ready.stream().noneMatch(range -> range.contains(address))) {
      throw refused(
          service,
          "spec.clusterIPs",
          "[\"" + address + "\"]",
          failed
              + "the provided IP ("
              + address
              + ") is not in the valid range. The range of valid IPs is "
              + String.join(",", ready.stream().map(AddressRange::cidr).toList()));
    }
    if (!taken.take(Pool.CLUSTER_IPS, address)) {
      throw refused(
          service,
          "spec.clusterIPs",
          "[\"" + address + "\"]",
          failed + "provided IP is already allocated");
    }
  }

  private String takeAnyAddress(ObjectNode service, Taken taken) {
    for (var range : ranges.ready()) {
      for (int i = 0; i < TRIED_MAX; i++) {
        var address = range.pick(random);
        if (!ranges.isTaken(address) && taken.take(Pool.CLUSTER_IPS, address)) {
          return address;
        }
      }
    }
    var owner = owner(service);
    throw new ApiException(
        Reason.INTERNAL_ERROR,
        "failed to allocate a serviceIP for "
            + owner.namespace()
            + "/"
            + owner.name()
            + ": range is full",
        Details.NONE);
  }

  private void takePorts(ObjectNode service, Holding before, Taken taken) {
    var spec = service.withObject("spec");
    var type = spec.path("type").asString("");
    if (!ServiceStrategy.takesNodePorts(type)) {
      return;
    }
    boolean isAsked =
        type.equals("NodePort") || spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
    int index = 0;
    for (var port : spec.path("ports")) {
      int number = port.path("nodePort").asInt(0);
      var protocol = port.path("protocol").asString("TCP");
      if (number != 0) {
        takePort(service, number, protocol, "spec.ports[" + index + "].nodePort", before, taken);
      } else if (isAsked) {
        ((ObjectNode) port).put("nodePort", takeAnyPort(protocol, taken));
      }
      index++;
    }
    if (ServiceRules.isHealthChecked(Field.of(spec))) {
      int health = spec.path("healthCheckNodePort").asInt(0);
      if (health == 0) {
        spec.put("healthCheckNodePort", takeAnyPort("TCP", taken));
      } else {
        takePort(service, health, "TCP", "spec.healthCheckNodePort", before, taken);
      }
    }
  }

  private void takePort(
      ObjectNode service, int number, String protocol, String path, Holding before, Taken taken) {
    if (before.ports.contains(portKey(number, protocol))) {
      return;
    }
    if (number < options.nodePortMin || number > options.nodePortMax) {
      throw refused(
          service,
          path,
          Integer.toString(number),
          "provided port is not in the valid range. The range of valid ports is "
              + options.nodePortMin
              + "-"
              + options.nodePortMax);
    }
    if (!taken.take(Pool.NODE_PORTS, portKey(number, protocol))) {
      throw refused(service, path, Integer.toString(number), "provided port is already allocated");
    }
  }

  private int takeAnyPort(String protocol, Taken taken) {
    for (int i = 0; i < TRIED_MAX; i++) {
      int number = random.nextInt(options.nodePortMin, options.nodePortMax + 1);
      if (taken.take(Pool.NODE_PORTS, portKey(number, protocol))) {
        return number;
      }
    }
    throw new ApiException(
        Reason.INTERNAL_ERROR, "failed to allocate a nodePort: range is full", Details.NONE);
  }

  /** A port by number and protocol, as the store keeps it. */
  private static String portKey(int number, String protocol) {
    return number + "-" + protocol;
  }

  private static Owner owner(ObjectNode service) {
    var metadata = service.path("metadata");
    return new Owner(
        metadata.path("namespace").asString(""),
        metadata.path("name").asString(""),
        metadata.path("uid").asString(""));
  }

  private static ApiException refused(
      ObjectNode service, String field, String value, String detail) {
    return ApiException.invalid(
        "",
        "Service",
        service.path("metadata").path("name").asString(""),
        List.of(FieldError.invalid(field, value, detail)));
  }

  /** What one write has taken so far. */
  private final class Taken {
    private record Item(Pool pool, String name) {}

    private final Owner owner;
    private final List<Item> items = new ArrayList<>();

    Taken(Owner owner) {
      this.owner = owner;
    }

    boolean take(Pool pool, String name) {
      boolean isTaken = allocations.take(pool, name, owner);
      if (isTaken) {
        items.add(new Item(pool, name));
      }
      return isTaken;
    }

    void giveBack() {
      items.forEach(item -> allocations.release(item.pool, item.name, owner));
      items.clear();
    }
  }
}
