package dev.nauarch.apiserver.encryption;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-CBC: a random start, then the encrypted value with its last block filled up. It notices no
 * change that leaves the filling right, nor that a value was moved.
 */
final class AesCbcSeal implements Seal {

  private static final int BLOCK_BYTES = 16;

  private final SecretKeySpec key;

  /**
   * @param key 16, 24 or 32 bytes
   */
  AesCbcSeal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  @Override
  public byte[] seal(byte[] plain, byte[] place) {
    var start = Seal.random(BLOCK_BYTES);
    try {
      var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
      return Bytes.joined(start, cipher.doFinal(plain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform lacks AES-CBC", e);
    }
  }

  @Override
  public byte[] open(byte[] sealed, int from, byte[] place) throws SealException {
    var length = sealed.length - from - BLOCK_BYTES;
    if (length < 0) {
      throw new SealException(TOO_SHORT);
    }
    if (length % BLOCK_BYTES != 0) {
      throw new SealException("the stored data is not a multiple of the block size");
    }
    return unfilled(decrypted(sealed, from, length));
  }

  private byte[] decrypted(byte[] sealed, int from, int length) {
    try {
      var cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(sealed, from, BLOCK_BYTES));
      return cipher.doFinal(sealed, from + BLOCK_BYTES, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform lacks AES-CBC", e);
    }
  }

  private static byte[] unfilled(byte[] filled) throws SealException {
    var count = filled.length == 0 ? 0 : filled[filled.length - 1] & 0xff;
    if (count == 0 || count > filled.length) {
      throw new SealException("invalid PKCS7 data (empty or not padded)");
    }
    var size = filled.length - count;
    for (var i = size; i < filled.length; i++) {
      if ((filled[i] & 0xff) != count) {
        throw new SealException("invalid padding on input");
      }
    }
    return Bytes.part(filled, 0, size);
  }
}
