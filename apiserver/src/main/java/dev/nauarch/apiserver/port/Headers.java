package dev.nauarch.apiserver.port;

import java.util.List;

/** The headers of a request; names in any case. */
public interface Headers {

  /** None. */
  Headers NONE =
      new Headers() {
        @Override
        public List<String> all(String name) {
          return List.of();
        }

        @Override
        public List<String> names(String prefix) {
          return List.of();
        }
      };

  /** The first value; empty where there is none. */
  default String first(String name) {
    var all = all(name);
    return all.isEmpty() ? "" : all.getFirst();
  }

  /** All values. */
  List<String> all(String name);

  /**
   * The names that begin so.
   *
   * @param prefix in any case; all names begin with the empty one
   */
  List<String> names(String prefix);
}
