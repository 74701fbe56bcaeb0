package dev.nauarch.client.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Private keys as kubeconfigs have them. */
class PemKeysTest {

  // Looks like the field in which a key's curve stands, in the middle of the secret number.
  private static final String LIKE_A_CURVE = "a00706052b81040022";

  private static final String SECRET = LIKE_A_CURVE + "11".repeat(32 - LIKE_A_CURVE.length() / 2);

  private static byte[] sec1() {
    var der = new ByteArrayOutputStream();
    der.writeBytes(new byte[] {0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20});
    der.writeBytes(bytes(SECRET));
    der.writeBytes(bytes("a00a06082a8648ce3d030107")); // P-256
    return der.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return java.util.HexFormat.of().parseHex(hex);
  }

  private static String pem(byte[] der) {
    return "-----BEGIN EC PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END EC PRIVATE KEY-----\n";
  }

  @Test
  void theSecretOfAKeyIsNotTakenForItsCurve() throws GeneralSecurityException {
    var key = (ECPrivateKey) PemKeys.privateKey(pem(sec1()));
    assertEquals(new BigInteger(SECRET, 16), key.getS());
    assertEquals(256, key.getParams().getCurve().getField().getFieldSize());
  }

  @Test
  void aKeyThatIsCutOffOrNamesNoCurveIsRefused() {
    var whole = sec1();
    for (int length = 1; length < whole.length; length++) {
      var part = pem(Arrays.copyOf(whole, length));
      assertThrows(GeneralSecurityException.class, () -> PemKeys.privateKey(part));
    }
  }
}
