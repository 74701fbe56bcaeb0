package dev.nauarch.apiserver.webhook;

import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Why a connection failed, in the words that Kubernetes has for it. */
final class TlsFailure {

  private static final String UNVERIFIED = "tls: failed to verify certificate: x509: ";

  private TlsFailure() {}

  static String words(IOException failure, String host) {
    if (!(failure instanceof SSLException)) {
      return String.valueOf(failure.getMessage());
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return UNVERIFIED + "certificate has expired or is not yet valid: " + cause.getMessage();
      }
      var message = String.valueOf(cause.getMessage());
      if (message.startsWith("No subject alternative") || message.startsWith("No name matching")) {
        return UNVERIFIED + "certificate is not valid for " + host + ": " + message;
      }
      if (message.contains("unable to find valid certification path")
          || message.contains("trustAnchors parameter must be non-empty")) {
        return UNVERIFIED + "certificate signed by unknown authority";
      }
      if (message.startsWith("Unsupported or unrecognized SSL message")) {
        return "http: server gave HTTP response to HTTPS client";
      }
    }
    return "tls: " + failure.getMessage();
  }
}
