/**
 * How a machine that joins a cluster comes to know it, gets certificates for its own keys, and
 * renews them in time.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.credential.RotatingCertificate}.
 */
@NullMarked
package dev.nauarch.nodeagent.credential;

import org.jspecify.annotations.NullMarked;
