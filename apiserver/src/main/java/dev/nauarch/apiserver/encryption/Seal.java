package dev.nauarch.apiserver.encryption;

import java.security.SecureRandom;

/** Encrypts and decrypts values by one key. May be used by any thread. */
interface Seal {

  /** Makes what differs from value to value. */
  SecureRandom RANDOM = new SecureRandom();

  /** What is said of a value that lacks its beginning. */
  String TOO_SHORT = "the stored data was shorter than the required size";

  /**
   * Encrypts a value.
   *
   * @param place where it will lie
   */
  byte[] seal(byte[] plain, byte[] place);

  /**
   * Decrypts a value.
   *
   * @param sealed the bytes that hold it
   * @param from where they begin
   * @param place where it lies
   * @throws SealException where it was made with another key, or changed
   */
  byte[] open(byte[] sealed, int from, byte[] place) throws SealException;

  /** Random bytes. */
  static byte[] random(int length) {
    var bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
