/**
 * The cluster's certificate authority and the certificates and keys that it hands out. Start at
 * {@link dev.nauarch.apiserver.certificates.ClusterCertificates}. Certificates are written with the
 * JDK alone: the few structures of DER that they need are a page of code, and loading a library for
 * them would cost a tenth of the time that a cluster has to come up.
 */
@NullMarked
package dev.nauarch.apiserver.certificates;

import org.jspecify.annotations.NullMarked;
