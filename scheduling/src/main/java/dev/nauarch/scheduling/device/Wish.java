package dev.nauarch.scheduling.device;

import dev.nauarch.api.DeviceTolerations;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.CapacityRequirements;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSelector;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSubRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceToleration;
import io.fabric8.kubernetes.api.model.resource.v1.ExactDeviceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request, or one alternative of a prioritized list, asks for.
 *
 * @param request the name of the request
 * @param name the name in results: that of the request, and of an alternative {@code request/name}
 * @param deviceClass the class that the devices must be of
 * @param all all that match rather than a number
 * @param count how many
 * @param admin whether it is for looking at devices that others use
 * @param selectors expressions that must hold
 * @param tolerations which taints it bears
 * @param capacity how much of devices that are shared
 */
record Wish(
    String request,
    String name,
    String deviceClass,
    boolean all,
    long count,
    boolean admin,
    List<String> selectors,
    List<DeviceToleration> tolerations,
    SortedMap<String, Quantity> capacity) {

  private static final String ALL = "All";

  /** The alternatives of a request, the preferred first. */
  static List<Wish> of(DeviceRequest request) {
    var exactly = request.getExactly();
    if (exactly != null) {
      return List.of(of(request.getName(), exactly));
    }
    var wishes = new ArrayList<Wish>();
    for (var alternative : request.getFirstAvailable()) {
      wishes.add(of(request.getName(), alternative));
    }
    return wishes;
  }

  private static Wish of(String name, ExactDeviceRequest exactly) {
    return new Wish(
        name,
        name,
        orEmpty(exactly.getDeviceClassName()),
        ALL.equals(exactly.getAllocationMode()),
        count(exactly.getCount()),
        Boolean.TRUE.equals(exactly.getAdminAccess()),
        expressions(exactly.getSelectors()),
        exactly.getTolerations(),
        amounts(exactly.getCapacity()));
  }

  private static Wish of(String request, DeviceSubRequest one) {
    return new Wish(
        request,
        request + "/" + one.getName(),
        orEmpty(one.getDeviceClassName()),
        ALL.equals(one.getAllocationMode()),
        count(one.getCount()),
        false,
        expressions(one.getSelectors()),
        one.getTolerations(),
        amounts(one.getCapacity()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static long count(@Nullable Long count) {
    return count == null || count <= 0 ? 1 : count;
  }

  static List<String> expressions(List<DeviceSelector> selectors) {
    return selectors.stream()
        .map(selector -> selector.getCel() == null ? "" : selector.getCel().getExpression())
        .toList();
  }

  private static SortedMap<String, Quantity> amounts(@Nullable CapacityRequirements capacity) {
    Map<String, Quantity> requests = capacity == null ? null : capacity.getRequests();
    return requests == null ? new TreeMap<>() : new TreeMap<>(requests);
  }

  /** Whether a list of requests, as constraints and configurations have it, names it. */
  boolean isAmong(List<String> requests) {
    return requests.isEmpty() || requests.contains(request) || requests.contains(name);
  }

  /** Whether it bears a taint. */
  boolean tolerates(DeviceTaint taint) {
    return tolerations.stream().anyMatch(each -> DeviceTolerations.tolerates(each, taint));
  }
}
