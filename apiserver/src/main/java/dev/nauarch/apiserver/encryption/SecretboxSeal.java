package dev.nauarch.apiserver.encryption;

import java.math.BigInteger;
import java.security.MessageDigest;

/**
 * XSalsa20 and Poly1305, as NaCl's secretbox puts them together: a nonce, a tag, the encrypted
 * value. It does not notice that a value was moved. The JDK has neither.
 */
final class SecretboxSeal implements Seal {

  private static final int NONCE_BYTES = 24;
  private static final int TAG_BYTES = 16;

  /** Where the value begins in the stream of the key: before it lies the key of the tag. */
  private static final int STREAM_START = 32;

  private static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));
  private static final BigInteger CLAMP = new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16);

  private final byte[] key;

  /**
   * @param key 32 bytes
   */
  SecretboxSeal(byte[] key) {
    this.key = key.clone();
  }

  @Override
  public byte[] seal(byte[] plain, byte[] place) {
    var nonce = Seal.random(NONCE_BYTES);
    var stream = Salsa20.extended(key, nonce, STREAM_START + plain.length);
    var encrypted = mixed(plain, 0, stream);
    return Bytes.joined(nonce, Bytes.joined(tag(stream, encrypted, 0), encrypted));
  }

  @Override
  public byte[] open(byte[] sealed, int from, byte[] place) throws SealException {
    var start = from + NONCE_BYTES + TAG_BYTES;
    if (sealed.length < start) {
      throw new SealException(TOO_SHORT);
    }
    var nonce = Bytes.part(sealed, from, from + NONCE_BYTES);
    var stream = Salsa20.extended(key, nonce, STREAM_START + sealed.length - start);
    var tag = Bytes.part(sealed, from + NONCE_BYTES, start);
    if (!MessageDigest.isEqual(tag, tag(stream, sealed, start))) {
      // These are Kubernetes' words for it.
      throw new SealException("output array was not large enough for encryption");
    }
    return mixed(sealed, start, stream);
  }

  private static byte[] mixed(byte[] bytes, int from, byte[] stream) {
    var mixed = new byte[bytes.length - from];
    for (var i = 0; i < mixed.length; i++) {
      mixed[i] = (byte) (bytes[from + i] ^ stream[STREAM_START + i]);
    }
    return mixed;
  }

  /** Poly1305 of the bytes from an index on, by the key with which the stream begins. */
  private static byte[] tag(byte[] stream, byte[] bytes, int from) {
    var factor = number(stream, 0, TAG_BYTES).and(CLAMP);
    var sum = BigInteger.ZERO;
    for (var at = from; at < bytes.length; at += TAG_BYTES) {
      var length = Math.min(TAG_BYTES, bytes.length - at);
      var block = number(bytes, at, length).setBit(8 * length);
      sum = sum.add(block).multiply(factor).mod(PRIME);
    }
    sum = sum.add(number(stream, TAG_BYTES, TAG_BYTES));
    var tag = new byte[TAG_BYTES];
    for (var i = 0; i < TAG_BYTES; i++) {
      tag[i] = sum.shiftRight(8 * i).byteValue();
    }
    return tag;
  }

  /** A number whose smallest byte comes first. */
  private static BigInteger number(byte[] bytes, int from, int length) {
    var reversed = new byte[length];
    for (var i = 0; i < length; i++) {
      reversed[i] = bytes[from + length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }
}
