package dev.nauarch.apiserver.port;

/**
 * What a write took elsewhere before it is stored, for example a cluster IP. Exactly one of the two
 * methods is called, once.
 */
public interface Reservation {

  /** Nothing was taken. */
  Reservation NONE =
      new Reservation() {
        @Override
        public void stored() {}

        @Override
        public void abandoned() {}
      };

  /** The write happened; what the old object held and the new one does not may be given back. */
  void stored();

  /** The write did not happen; what was taken for it is to be given back. */
  void abandoned();
}
