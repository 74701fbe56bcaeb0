package dev.nauarch.apiserver.request;

import java.util.List;

/** The headers of a request; names in any case. */
public interface Headers {

  /** None. */
  Headers NONE =
      new Headers() {
        @Override
        public String first(String name) {
          return "";
        }

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
  String first(String name);

  /** All values. */
  List<String> all(String name);

  /**
   * The names that begin so.
   *
   * @param prefix in any case; all names begin with the empty one
   */
  List<String> names(String prefix);
}
