package dev.nauarch.nodeagent.credential;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * When a certificate is to be replaced: after seven to nine tenths of its life, as kubelets do. Of
 * many that began together, each has its own moment, which its serial number gives. Pure.
 */
final class Renewal {
  private static final BigInteger STEPS = BigInteger.valueOf(1000);

  /** Seven tenths of the whole; a thousand steps on are nine tenths. */
  private static final long EARLIEST = 3500;

  private static final long WHOLE = 5000;

  private Renewal() {}

  /** The moment for a certificate. */
  static Instant due(X509Certificate certificate) {
    var begin = certificate.getNotBefore().toInstant();
    return due(begin, certificate.getNotAfter().toInstant(), certificate.getSerialNumber());
  }

  /** The moment for a certificate that is good from {@code begin} to {@code end}. */
  static Instant due(Instant begin, Instant end, BigInteger serial) {
    var step = serial.mod(STEPS).longValueExact();
    return begin.plus(Duration.between(begin, end).multipliedBy(EARLIEST + step).dividedBy(WHOLE));
  }
}
