package dev.nauarch.nodeagent.credential;

import dev.nauarch.api.ApiException;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that is replaced before it ends, by one for new keys. What was had last is in a
 * file, and is what the next process begins with. What fails is tried again, later and later.
 */
public final class RotatingCertificate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RotatingCertificate.class);
  private static final Duration RETRY_FIRST = Duration.ofSeconds(2);
  private static final Duration RETRY_MAX = Duration.ofMinutes(1);

  private static final Duration REST = Duration.ofHours(1);

  /** A clock may be set, and a machine may sleep: no sleep is trusted for longer. */
  private static final Duration NAP = Duration.ofSeconds(30);

  private final String name;
  private final IdentityFile file;
  private final Source source;
  private final Consumer<TlsContexts.Identity> onChange;
  private final InstantSource clock;
  private final Thread thread;
  private volatile Optional<TlsContexts.Identity> current;

  /** Where the next certificate comes from. */
  @FunctionalInterface
  public interface Source {
    /**
     * A new certificate for new keys.
     *
     * @throws ApiException there is none now
     */
    TlsContexts.Identity obtain() throws InterruptedException;
  }

  private RotatingCertificate(
      String name,
      IdentityFile file,
      Source source,
      Consumer<TlsContexts.Identity> onChange,
      InstantSource clock)
      throws IOException {
    this.name = name;
    this.file = file;
    this.source = source;
    this.onChange = onChange;
    this.clock = clock;
    this.current = file.read();
    this.thread = Thread.ofVirtual().name("certificate-" + name).unstarted(this::run);
  }

  /**
   * Begins with what the file holds, and gets a certificate at once where it holds none that is
   * good for a while.
   *
   * @param name what it is for, for the log
   * @param onChange is told of each new certificate, not of what the file held
   * @throws IOException the file can't be read
   */
  public static RotatingCertificate start(
      String name,
      IdentityFile file,
      Source source,
      Consumer<TlsContexts.Identity> onChange,
      InstantSource clock)
      throws IOException {
    var rotating = new RotatingCertificate(name, file, source, onChange, clock);
    rotating.thread.start();
    return rotating;
  }

  /** The certificate of the moment; empty before the first. */
  public Optional<TlsContexts.Identity> current() {
    return current;
  }

  /** Whether a certificate's time is over. */
  public static boolean hasEnded(X509Certificate certificate, Instant now) {
    return now.isAfter(certificate.getNotAfter().toInstant());
  }

  private void run() {
    var retry = RETRY_FIRST;
    try {
      while (true) {
        awaitDue();
        try {
          var next = source.obtain();
          file.write(next);
          current = Optional.of(next);
          LOG.info(
              "There is a new certificate for {}, good until {}",
              name,
              next.chain().getFirst().getNotAfter().toInstant());
          onChange.accept(next);
          retry = RETRY_FIRST;
          restIfDueAlready(next.chain().getFirst());
        } catch (ApiException | IOException e) {
          tell(e);
          Thread.sleep(retry);
          retry =
              retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By a clock that is wrong by years, every certificate is old: not all the time a new one. */
  private void restIfDueAlready(X509Certificate certificate) throws InterruptedException {
    if (!Renewal.due(certificate).isAfter(clock.instant())) {
      LOG.error(
          "The new certificate for {} is old already by this machine's clock, which says {}",
          name,
          clock.instant());
      Thread.sleep(REST);
    }
  }

  private void tell(Exception e) {
    var end = current.map(identity -> identity.chain().getFirst());
    if (end.filter(certificate -> hasEnded(certificate, clock.instant())).isPresent()) {
      LOG.error(
          "The certificate for {} has ended on {} and is not renewed: {}; nau token create on the"
              + " cluster's server gives a command by which this machine joins again",
          name,
          end.get().getNotAfter().toInstant(),
          e.getMessage());
    } else {
      LOG.warn("No certificate for {} yet: {}", name, e.getMessage());
    }
  }

  private void awaitDue() throws InterruptedException {
    var due = current.map(identity -> Renewal.due(identity.chain().getFirst()));
    while (due.filter(at -> at.isAfter(clock.instant())).isPresent()) {
      var left = Duration.between(clock.instant(), due.get());
      Thread.sleep(left.compareTo(NAP) < 0 ? left : NAP);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
