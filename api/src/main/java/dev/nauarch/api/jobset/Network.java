package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How the pods of a JobSet find each other.
 *
 * @param enableDNSHostnames whether pods have host names; null for yes
 * @param subdomain the Service that resolves them; null for the JobSet's name
 * @param publishNotReadyAddresses whether they resolve before they are ready; null for yes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Network(
    @Nullable Boolean enableDNSHostnames,
    @Nullable String subdomain,
    @Nullable Boolean publishNotReadyAddresses)
    implements Serializable {}
