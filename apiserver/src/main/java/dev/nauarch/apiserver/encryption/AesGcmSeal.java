package dev.nauarch.apiserver.encryption;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM: a nonce, the encrypted value, a tag. A value can't be moved to another place. */
final class AesGcmSeal implements Seal {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;

  /**
   * @param key 16, 24 or 32 bytes
   */
  AesGcmSeal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  @Override
  public byte[] seal(byte[] plain, byte[] place) {
    try {
      var nonce = Seal.random(NONCE_BYTES);
      var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, 0, place);
      return Bytes.joined(nonce, cipher.doFinal(plain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform lacks AES-GCM", e);
    }
  }

  @Override
  public byte[] open(byte[] sealed, int from, byte[] place) throws SealException {
    if (sealed.length - from < NONCE_BYTES) {
      throw new SealException(TOO_SHORT);
    }
    try {
      var start = from + NONCE_BYTES;
      return cipher(Cipher.DECRYPT_MODE, sealed, from, place)
          .doFinal(sealed, start, sealed.length - start);
    } catch (AEADBadTagException e) {
      throw new SealException("cipher: message authentication failed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform lacks AES-GCM", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, int from, byte[] place)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, from, NONCE_BYTES));
    cipher.updateAAD(place);
    return cipher;
  }
}
