package dev.nauarch.api;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The signals that a container may be stopped with, by their names in Linux. */
public final class StopSignal {

  /** What a container is stopped with that asks for nothing else. */
  public static final int TERM = 15;

  /** Every name stands at its number. */
  private static final List<String> NAMES =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
          "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private static final int REAL_TIME_FIRST = 34;
  private static final int REAL_TIME_LAST = 64;
  private static final Map<String, Integer> NUMBER_BY_NAME = numbers();

  private StopSignal() {}

  private static Map<String, Integer> numbers() {
    var numbers = new TreeMap<String, Integer>();
    for (int number = 1; number < NAMES.size(); number++) {
      numbers.put("SIG" + NAMES.get(number), number);
    }
    numbers.put("SIGCLD", numbers.get("SIGCHLD"));
    numbers.put("SIGIOT", numbers.get("SIGABRT"));
    numbers.put("SIGPOLL", numbers.get("SIGIO"));
    numbers.put("SIGRTMIN", REAL_TIME_FIRST);
    numbers.put("SIGRTMAX", REAL_TIME_LAST);
    // The names meet in the middle: each signal has one, counted from the nearer end.
    int half = (REAL_TIME_LAST - REAL_TIME_FIRST) / 2;
    for (int offset = 1; offset <= half; offset++) {
      numbers.put("SIGRTMIN+" + offset, REAL_TIME_FIRST + offset);
    }
    for (int offset = 1; offset < half; offset++) {
      numbers.put("SIGRTMAX-" + offset, REAL_TIME_LAST - offset);
    }
    return numbers;
  }

  /** All names. */
  public static List<String> names() {
    return List.copyOf(NUMBER_BY_NAME.keySet());
  }

  /**
   * The number of a signal.
   *
   * @param name for example {@code SIGUSR1} or {@code SIGRTMIN+3}
   * @throws IllegalArgumentException where there is none of that name
   */
  public static int number(String name) {
    var number = NUMBER_BY_NAME.get(name);
    if (number == null) {
      throw new IllegalArgumentException("there is no signal " + name);
    }
    return number;
  }

  /**
   * The first name of a signal.
   *
   * @throws IllegalArgumentException where there is none of that number
   */
  public static String name(int number) {
    return NUMBER_BY_NAME.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no signal " + number));
  }
}
