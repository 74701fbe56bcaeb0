package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;

/**
 * What is to be true of a claim before its pod is bound.
 *
 * @param claim as it was last seen
 * @param allocation the devices that it has then
 * @param pod the name of a pod for which it is reserved then
 * @param podUid which pod of that name
 */
public record ClaimWrite(
    ResourceClaim claim, AllocationResult allocation, String pod, String podUid) {}
