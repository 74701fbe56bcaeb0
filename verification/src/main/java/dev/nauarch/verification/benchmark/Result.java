package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one benchmark found.
 *
 * @param benchmark its name
 * @param setting what was done, for example how many requests were in flight
 * @param numbers what was measured, with the unit last in each name
 * @param targets bounds of some of the numbers
 */
record Result(
    String benchmark,
    Map<String, Object> setting,
    Map<String, Double> numbers,
    Map<String, Target> targets) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Takes what was found, one result after the other. */
  interface Sink {
    void add(Result result) throws IOException;
  }

  /** A bound of a number: at least or at most. */
  record Target(Sense sense, double bound) {

    /** Which side is good. */
    enum Sense {
      AT_LEAST,
      AT_MOST
    }

    static Target atLeast(double bound) {
      return new Target(Sense.AT_LEAST, bound);
    }

    static Target atMost(double bound) {
      return new Target(Sense.AT_MOST, bound);
    }

    boolean isMet(double number) {
      return sense == Sense.AT_LEAST ? number >= bound : number <= bound;
    }
  }

  /** One line of JSON. */
  String line(Map<String, Object> circumstances) {
    var line = new LinkedHashMap<String, Object>();
    line.put("benchmark", benchmark);
    line.putAll(circumstances);
    line.putAll(setting);
    line.putAll(numbers);
    targets.forEach(
        (name, target) -> {
          var number = numbers.get(name);
          if (number == null) {
            throw new IllegalStateException("a target of " + name + ", which was not measured");
          }
          line.put(name + "_target", target.bound());
          line.put(name + "_met", target.isMet(number));
        });
    return JSON.writeValueAsString(line);
  }
}
