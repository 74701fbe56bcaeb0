package dev.nauarch.apiserver.encryption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server encrypts in its store, and by which keys. May be used by any thread. */
public final class Encryption {

  private static final Logger LOG = LoggerFactory.getLogger(Encryption.class);

  /** How often a file is looked at that is to be read anew when it changes. */
  public static final Duration LOOKED_AT_EVERY = Duration.ofMinutes(1);

  private final Optional<Path> file;
  private final Optional<Duration> lookedAtEvery;
  private volatile byte[] content;
  private volatile EncryptionRules rules;

  private Encryption(
      Optional<Path> file,
      Optional<Duration> lookedAtEvery,
      byte[] content,
      EncryptionRules rules) {
    this.file = file;
    this.lookedAtEvery = lookedAtEvery;
    this.content = content;
    this.rules = rules;
  }

  /** Nothing is encrypted. */
  public static Encryption none() {
    return new Encryption(Optional.empty(), Optional.empty(), new byte[0], EncryptionRules.NONE);
  }

  /**
   * As an EncryptionConfiguration says.
   *
   * @param lookedAtEvery how often the file is looked at; empty for once
   * @throws IOException when the file can't be read
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static Encryption of(Path file, Optional<Duration> lookedAtEvery) throws IOException {
    var content = Files.readAllBytes(file);
    return new Encryption(
        Optional.of(file), lookedAtEvery, content, EncryptionFile.read(file, content));
  }

  /** How often {@link #readAgain} is to be called; empty for never. */
  public Optional<Duration> lookedAtEvery() {
    return lookedAtEvery;
  }

  /**
   * Reads the file again. What it says wrong is logged, and what it said before goes on. Called by
   * one thread.
   *
   * @return whether it says something else now
   */
  public boolean readAgain() {
    if (file.isEmpty()) {
      return false;
    }
    try {
      var now = Files.readAllBytes(file.get());
      if (Arrays.equals(now, content)) {
        return false;
      }
      rules = EncryptionFile.read(file.get(), now);
      content = now;
      LOG.info("The file {} was read again", file.get());
      return true;
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("The old rules of encryption go on: {}", e.getMessage());
      return false;
    }
  }

  /** Those of this moment. */
  EncryptionRules rules() {
    return rules;
  }
}
