package dev.nauarch.nodeagent.runtime;

import dev.nauarch.nodeagent.PodIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The surroundings that the containers of one pod share.
 *
 * @param id names the sandbox on this machine
 * @param pod whose it is
 * @param hostname what its containers see as the host's name
 * @param networkNamespace the file of its network namespace; empty for the host's
 * @param address the pod's address, remembered for the agent that comes after this one
 * @param hostPid whether its containers see the host's processes
 * @param hostIpc whether its containers share the host's System V and POSIX memory
 * @param limits what all its containers together may use
 */
public record SandboxConfig(
    String id,
    PodIdentity pod,
    String hostname,
    Optional<Path> networkNamespace,
    String address,
    boolean hostPid,
    boolean hostIpc,
    ResourceLimits limits) {}
