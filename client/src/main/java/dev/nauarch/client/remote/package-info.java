/**
 * The client port over HTTPS: {@link dev.nauarch.client.remote.RemoteClient} speaks to any
 * Kubernetes API server, with credentials from a {@link dev.nauarch.client.remote.Kubeconfig} or
 * given as {@link dev.nauarch.client.remote.RemoteOptions}.
 */
@NullMarked
package dev.nauarch.client.remote;

import org.jspecify.annotations.NullMarked;
