package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceConstraint;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a claim asks for. Claims with equal specs share one plan, by whose identity answers are
 * found again.
 */
public final class ClaimPlan {

  private final List<List<Wish>> requests = new ArrayList<>();
  private final List<DeviceConstraint> constraints;
  private final List<DeviceClaimConfiguration> configurations;

  ClaimPlan(ResourceClaimSpec spec) {
    var devices = spec.getDevices();
    if (devices != null) {
      devices.getRequests().forEach(request -> requests.add(Wish.of(request)));
    }
    constraints = devices == null ? List.of() : devices.getConstraints();
    configurations = devices == null ? List.of() : devices.getConfig();
  }

  /** The alternatives of each request, the preferred first. */
  List<List<Wish>> requests() {
    return requests;
  }

  List<DeviceConstraint> constraints() {
    return constraints;
  }

  List<DeviceClaimConfiguration> configurations() {
    return configurations;
  }

  /** Whether a request has alternatives of which some are better than others. */
  public boolean prefersSomething() {
    return requests.stream().anyMatch(alternatives -> alternatives.size() > 1);
  }

  /** Whether a request is for devices that others use. */
  public boolean isForAdmins() {
    return requests.stream().flatMap(List::stream).anyMatch(Wish::admin);
  }
}
