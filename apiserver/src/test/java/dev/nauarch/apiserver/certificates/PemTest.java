package dev.nauarch.apiserver.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

class PemTest {

  @Test
  void aKeyIsReadBackAsItWasWrittenHoweverSmallItsNumberIs() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var shortest = Integer.MAX_VALUE;
    // One number in 256 has a byte less than the others.
    while (shortest > 248) {
      var pair = generator.generateKeyPair();
      var key = (ECPrivateKey) pair.getPrivate();
      shortest = Math.min(shortest, key.getS().bitLength());
      var pem = Pem.ecPrivateKey(key, pair.getPublic());
      assertTrue(pem.startsWith("-----BEGIN EC PRIVATE KEY-----\n"), pem);
      assertEquals(key.getS(), ((ECPrivateKey) Pem.readPrivateKey(pem)).getS());
      var pkcs8 = Pem.privateKey(key);
      assertEquals(key.getS(), ((ECPrivateKey) Pem.readPrivateKey(pkcs8)).getS());
    }
  }
}
