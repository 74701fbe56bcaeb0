package dev.nauarch.scheduling.translate;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.explain.Json;
import io.fabric8.kubernetes.api.model.PodExtendedResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a claim gets what was decided for it: step by step, each looking at the claim as it is now.
 * Whoever is stopped in between, or meets somebody else, begins again and repeats nothing.
 */
public final class ClaimSteps {

  private ClaimSteps() {}

  /** What to do next. */
  public sealed interface Step {

    /** The claim is as it was to be. */
    record Done() implements Step {}

    /** It can't become so any more. */
    record Overtaken(String why) implements Step {}

    /** Change it, unless it has changed since. */
    record Change(ApiRequest.PatchObject request) implements Step {}
  }

  /**
   * The next step.
   *
   * @param now the claim as it is
   */
  public static Step next(ClaimWrite write, ResourceClaim now) {
    var name = now.getMetadata().getNamespace() + "/" + now.getMetadata().getName();
    if (write.isNew() ? !isFor(write.user().getUid(), now) : !isSame(write.claim(), now)) {
      return new Step.Overtaken("claim " + name + " got replaced in the meantime");
    }
    var status = now.getStatus() == null ? new ResourceClaimStatus() : now.getStatus();
    var isAllocated = status.getAllocation() != null;
    if (isAllocated && !devices(write.allocation()).equals(devices(status.getAllocation()))) {
      return new Step.Overtaken("claim " + name + " got allocated elsewhere in the meantime");
    }
    var users = new ArrayList<>(status.getReservedFor());
    if (isAllocated
        && users.stream().anyMatch(user -> write.user().getUid().equals(user.getUid()))) {
      return new Step.Done();
    }
    if (now.getMetadata().getDeletionTimestamp() != null) {
      return new Step.Overtaken("claim " + name + " got deleted in the meantime");
    }
    if (!isAllocated && isAllocated(write.claim())) {
      return new Step.Overtaken("claim " + name + " got deallocated elsewhere in the meantime");
    }
    if (users.size() >= DeviceClaims.CONSUMERS_MAX) {
      return new Step.Overtaken("claim " + name + " is in use by as many pods as may share it");
    }
    if (!isAllocated && !now.getMetadata().getFinalizers().contains(DeviceClaims.FINALIZER)) {
      var finalizers = new ArrayList<>(now.getMetadata().getFinalizers());
      finalizers.add(DeviceClaims.FINALIZER);
      return new Step.Change(patch(now, "", metadata(now, "finalizers", finalizers)));
    }
    users.add(write.user());
    var body = metadata(now, null, null);
    var wanted = new LinkedHashMap<String, Object>();
    wanted.put("allocation", ModelCodec.map(write.allocation()));
    wanted.put("reservedFor", users);
    body.put("status", wanted);
    return new Step.Change(patch(now, "status", body));
  }

  private static boolean isSame(ResourceClaim one, ResourceClaim other) {
    return other.getMetadata().getUid().equals(one.getMetadata().getUid());
  }

  private static boolean isFor(String podUid, ResourceClaim claim) {
    return claim.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner -> Boolean.TRUE.equals(owner.getController()) && podUid.equals(owner.getUid()));
  }

  /** Which devices it gives to whom; how the rest is written is the server's. */
  private static List<String> devices(AllocationResult allocation) {
    return allocation.getDevices() == null
        ? List.of()
        : allocation.getDevices().getResults().stream()
            .map(
                each ->
                    String.join(
                        " ",
                        each.getRequest(),
                        each.getDriver(),
                        each.getPool(),
                        each.getDevice(),
                        String.valueOf(each.getShareID())))
            .toList();
  }

  private static boolean isAllocated(ResourceClaim claim) {
    return claim.getStatus() != null && claim.getStatus().getAllocation() != null;
  }

  /** Takes a claim's devices back, unless it has changed since. */
  public static ApiRequest.PatchObject deallocate(ResourceClaim claim) {
    var status = new LinkedHashMap<String, @Nullable Object>();
    status.put("allocation", null);
    status.put("reservedFor", null);
    status.put("devices", null);
    var metadata = new LinkedHashMap<String, @Nullable Object>();
    metadata.put("uid", claim.getMetadata().getUid());
    metadata.put("resourceVersion", claim.getMetadata().getResourceVersion());
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("metadata", metadata);
    body.put("status", status);
    return new ApiRequest.PatchObject(
        Resources.RESOURCE_CLAIMS,
        ObjectKey.of(claim),
        "status",
        ApiRequest.Form.MERGE,
        Json.write(body));
  }

  /** Says in the status of a pod which claim stands for extended resources of it. */
  public static ApiRequest.PatchObject note(ClaimWrite write) {
    var pod = new ObjectKey(write.claim().getMetadata().getNamespace(), write.user().getName());
    return note(
        pod,
        write.user().getUid(),
        ModelCodec.map(
            new PodExtendedResourceClaimStatus(
                write.mappings(), write.claim().getMetadata().getName())));
  }

  private static ApiRequest.PatchObject note(
      ObjectKey pod, String uid, @Nullable Map<String, Object> claim) {
    var body = Patches.in("metadata", Patches.in("uid", uid));
    body.put("status", Patches.in("extendedResourceClaimStatus", claim));
    return new ApiRequest.PatchObject(
        Resources.PODS, pod, "status", ApiRequest.Form.MERGE, Json.write(body));
  }

  /**
   * Takes back what is left of extended resources of a pod. The first request that fails ends it;
   * what remains is found again.
   */
  public static List<ApiRequest> withdraw(DeviceCommand.Withdraw withdraw) {
    var requests = new ArrayList<ApiRequest>();
    withdraw
        .claim()
        .ifPresent(
            claim -> {
              var finalizers = new ArrayList<>(claim.getMetadata().getFinalizers());
              if (finalizers.remove(DeviceClaims.FINALIZER)) {
                requests.add(patch(claim, "", metadata(claim, "finalizers", finalizers)));
              }
              requests.add(
                  new ApiRequest.Delete(
                      Resources.RESOURCE_CLAIMS,
                      ObjectKey.of(claim),
                      claim.getMetadata().getUid()));
            });
    requests.add(note(withdraw.pod(), withdraw.uid(), null));
    return requests;
  }

  private static Map<String, Object> metadata(
      ResourceClaim claim, @Nullable String field, @Nullable Object value) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("uid", claim.getMetadata().getUid());
    metadata.put("resourceVersion", claim.getMetadata().getResourceVersion());
    if (field != null && value != null) {
      metadata.put(field, value);
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("metadata", metadata);
    return body;
  }

  private static ApiRequest.PatchObject patch(
      ResourceClaim claim, String subresource, Map<String, Object> body) {
    return new ApiRequest.PatchObject(
        Resources.RESOURCE_CLAIMS,
        ObjectKey.of(claim),
        subresource,
        ApiRequest.Form.MERGE,
        ModelCodec.canonical(body));
  }
}
