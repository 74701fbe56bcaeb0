package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.ExtendedNeeds.Ask;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpec;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpecBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The claim that stands for extended resources of a pod, and which of its requests are whose.
 *
 * <p>Containers that run side by side have a request each. One that ends before others start may
 * have the devices of those that come after it; what all such containers lack beside that they can
 * have in turn, so the largest of these requests is for all of them.
 *
 * @param spec what the claim asks for
 * @param mappings for which container and resource each request is
 * @param plan the same as {@code spec}
 */
record ExtendedLayout(
    ResourceClaimSpec spec, List<ContainerExtendedResourceRequest> mappings, ClaimPlan plan) {

  /**
   * Lays out some of what a pod needs.
   *
   * @param classByResource the resources that devices stand for, and of which class they are
   */
  static ExtendedLayout of(ExtendedNeeds needs, TreeMap<String, String> classByResource) {
    var requests = new ArrayList<DeviceRequest>();
    var mappings = new ArrayList<ContainerExtendedResourceRequest>();
    classByResource.forEach(
        (resource, deviceClass) -> {
          var asks = needs.asks().stream().filter(ask -> ask.resource().equals(resource)).toList();
          new OfResource(deviceClass, asks).addTo(requests, mappings);
        });
    requests.sort(Comparator.comparing(DeviceRequest::getName));
    var spec =
        new ResourceClaimSpecBuilder().withNewDevices().withRequests(requests).endDevices().build();
    return new ExtendedLayout(spec, List.copyOf(mappings), new ClaimPlan(spec));
  }

  /** What containers ask for of one resource. */
  private static final class OfResource {
    private final String deviceClass;
    private final List<Ask> lasting;
    private final List<Ask> starting;

    OfResource(String deviceClass, List<Ask> asks) {
      this.deviceClass = deviceClass;
      this.lasting = asks.stream().filter(ask -> !ask.isStarting()).toList();
      this.starting = asks.stream().filter(Ask::isStarting).toList();
    }

    void addTo(List<DeviceRequest> requests, List<ContainerExtendedResourceRequest> mappings) {
      for (var ask : lasting) {
        requests.add(request(ask, ask.count()));
        mappings.add(mapping(ask, name(ask)));
      }
      var largest = largestLack();
      if (largest != null) {
        requests.add(request(largest, lack(largest)));
      }
      for (var ask : starting) {
        var missing = ask.count();
        for (var later : after(ask)) {
          if (missing > 0) {
            mappings.add(mapping(ask, name(later)));
            missing -= later.count();
          }
        }
        if (missing > 0 && largest != null) {
          mappings.add(mapping(ask, name(largest)));
        }
      }
    }

    private List<Ask> after(Ask ask) {
      return lasting.stream().filter(other -> other.container() > ask.container()).toList();
    }

    private long lack(Ask ask) {
      return ask.count() - after(ask).stream().mapToLong(Ask::count).sum();
    }

    private @Nullable Ask largestLack() {
      Ask largest = null;
      for (var ask : starting) {
        if (lack(ask) > (largest == null ? 0 : lack(largest))) {
          largest = ask;
        }
      }
      return largest;
    }

    private DeviceRequest request(Ask ask, long count) {
      return new DeviceRequestBuilder()
          .withName(name(ask))
          .withNewExactly()
          .withDeviceClassName(deviceClass)
          .withAllocationMode("ExactCount")
          .withCount(count)
          .endExactly()
          .build();
    }

    private static String name(Ask ask) {
      return "container-" + ask.container() + "-request-" + ask.place();
    }

    private static ContainerExtendedResourceRequest mapping(Ask ask, String request) {
      return new ContainerExtendedResourceRequest(ask.name(), request, ask.resource());
    }
  }
}
