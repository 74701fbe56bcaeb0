package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Credentials;
import java.util.List;

/** The headers of a request; names in any case. */
public interface Headers extends Credentials.HeaderView {

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
}
