/**
 * Certificates for whoever asks by a CertificateSigningRequest: what a request may say ({@link
 * dev.nauarch.apiserver.signing.RequestStrategy}), who may approve and sign it ({@link
 * dev.nauarch.apiserver.signing.SignerAdmission}), and what the cluster's own signers do with it
 * ({@link dev.nauarch.apiserver.signing.RequestChore}).
 */
@NullMarked
package dev.nauarch.apiserver.signing;

import org.jspecify.annotations.NullMarked;
