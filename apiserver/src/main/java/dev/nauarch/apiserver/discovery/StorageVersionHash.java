package dev.nauarch.apiserver.discovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What discovery tells of the form that a kind's objects are stored in: two hashes are equal where
 * the forms are. Clients compare it and read nothing out of it.
 */
final class StorageVersionHash {

  private static final int BYTES = 8;

  private StorageVersionHash() {}

  /**
   * The hash of a form.
   *
   * @param apiVersion for example {@code v1} or {@code apps/v1}
   */
  static String of(String apiVersion, String kind) {
    var group = apiVersion.contains("/") ? "" : "/";
    var name = group + apiVersion + "/" + kind;
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, BYTES));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
