package dev.nauarch.apiserver.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are encrypted as Kubernetes does it, and only what nobody has changed is decrypted. */
class SealTest {

  private static final byte[] PLACE = Bytes.of("/registry/core/secrets/default/db");

  /** Bytes that Kubernetes' own code made. */
  @SuppressWarnings("ArrayRecordComponent")
  record Vector(String method, int keyBytes, byte[] plain, byte[] sealed) {}

  static List<Vector> vectors() throws IOException {
    try (var file = Objects.requireNonNull(SealTest.class.getResourceAsStream("vectors.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .map(v -> new Vector(v[0], Integer.parseInt(v[1]), bytes(v[2]), bytes(v[3])))
          .toList();
    }
  }

  private static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  private static Seal seal(String method, int keyBytes) {
    var key = new byte[keyBytes];
    for (var i = 0; i < keyBytes; i++) {
      key[i] = (byte) (7 * i + keyBytes);
    }
    return switch (method) {
      case "aesgcm" -> new AesGcmSeal(key);
      case "aescbc" -> new AesCbcSeal(key);
      default -> new SecretboxSeal(key);
    };
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatKubernetesEncryptedIsDecrypted(Vector vector) throws SealException {
    var seal = seal(vector.method, vector.keyBytes);
    assertArrayEquals(vector.plain, seal.open(vector.sealed, 0, PLACE));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatIsEncryptedDiffersEachTimeAndIsDecrypted(Vector vector) throws SealException {
    var seal = seal(vector.method, vector.keyBytes);
    var one = seal.seal(vector.plain, PLACE);
    var other = seal.seal(vector.plain, PLACE);
    assertFalse(Arrays.equals(one, other));
    assertEquals(vector.sealed.length, one.length);
    assertArrayEquals(vector.plain, seal.open(one, 0, PLACE));
    assertArrayEquals(vector.plain, seal.open(Bytes.joined(PLACE, other), PLACE.length, PLACE));
  }

  @ParameterizedTest
  @CsvSource({"aesgcm,16", "aesgcm,32", "secretbox,32"})
  void anyChangedByteIsNoticed(String method, int keyBytes) {
    var seal = seal(method, keyBytes);
    var sealed = seal.seal(Bytes.of("a value of some length, longer than a block"), PLACE);
    for (var i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThrows(SealException.class, () -> seal.open(changed, 0, PLACE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aesgcm", "aescbc", "secretbox"})
  void noBeginningOfAValueIsTakenForOne(String method) {
    var seal = seal(method, 32);
    var sealed = seal.seal(Bytes.of("0123456789abcdef0123456789abcdef"), PLACE);
    for (var length = 0; length < sealed.length - 1; length++) {
      var cut = Arrays.copyOf(sealed, length);
      assertThrows(SealException.class, () -> seal.open(cut, 0, PLACE));
    }
  }

  @Test
  void aValueOfGcmIsOnlyOpenedWhereItLies() {
    var seal = seal("aesgcm", 32);
    var sealed = seal.seal(Bytes.of("x"), PLACE);
    var refusal =
        assertThrows(SealException.class, () -> seal.open(sealed, 0, Bytes.of("elsewhere")));
    assertEquals("cipher: message authentication failed", refusal.getMessage());
  }

  @Test
  void aWrongFillingIsNoticedByCbc() {
    var seal = seal("aescbc", 32);
    var sealed = seal.seal(Bytes.of("0123456789abcde"), PLACE);
    // The last byte before the last block is what the last byte of the value is mixed with.
    sealed[15] ^= 0x7f;
    var refusal = assertThrows(SealException.class, () -> seal.open(sealed, 0, PLACE));
    assertEquals("invalid PKCS7 data (empty or not padded)", refusal.getMessage());
    sealed[15] ^= 0x7f ^ 0x03;
    refusal = assertThrows(SealException.class, () -> seal.open(sealed, 0, PLACE));
    assertEquals("invalid padding on input", refusal.getMessage());
  }
}
