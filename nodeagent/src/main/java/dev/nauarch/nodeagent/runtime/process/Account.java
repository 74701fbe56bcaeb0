package dev.nauarch.nodeagent.runtime.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * As whom a container runs, by the files of its image.
 *
 * @param user its number
 * @param group the number of its first group
 * @param groups the numbers of its other groups
 * @param home its home directory
 */
record Account(long user, long group, List<Long> groups, String home) {
  private static final long NUMBER_MAX = (1L << 31) - 1;

  /** A line of {@code /etc/passwd} or {@code /etc/group}, cut at its colons. */
  private record Line(List<String> fields) {
    String name() {
      return fields.getFirst();
    }

    String field(int index) {
      return index < fields.size() ? fields.get(index) : "";
    }

    long number(int index) {
      return Account.number(field(index)).orElse(-1L);
    }
  }

  /**
   * Looks somebody up.
   *
   * @param said the user, by name or number, with {@code :} and a group where it says one; empty
   *     for root
   * @param passwd the image's {@code /etc/passwd}; empty where it has none
   * @param group the image's {@code /etc/group}; empty where it has none
   * @throws IllegalArgumentException where the image knows no such name
   */
  static Account of(String said, String passwd, String group) {
    var colon = said.indexOf(':');
    var userWord = colon < 0 ? said : said.substring(0, colon);
    var groupWord = colon < 0 ? "" : said.substring(colon + 1);
    var number = userWord.isEmpty() ? Optional.of(0L) : number(userWord);
    var known =
        lines(passwd).stream()
            .filter(
                line ->
                    line.name().equals(userWord)
                        || (number.isPresent() && line.number(2) == number.get()))
            .findFirst();
    if (known.isEmpty() && number.isEmpty()) {
      throw new IllegalArgumentException(
          "unable to find user " + userWord + ": no matching entries in passwd file");
    }
    var name = known.map(Line::name).orElse("");
    var groups = new TreeSet<Long>();
    for (var line : lines(group)) {
      if (!name.isEmpty() && List.of(line.field(3).split(",", -1)).contains(name)) {
        groups.add(line.number(2));
      }
    }
    groups.removeIf(each -> each < 0);
    return new Account(
        known.map(line -> line.number(2)).orElseGet(() -> number.orElse(0L)),
        groupWord.isEmpty()
            ? known.map(line -> Math.max(0, line.number(3))).orElse(0L)
            : groupNumber(groupWord, group),
        List.copyOf(groups),
        known.map(line -> line.field(5)).filter(home -> home.startsWith("/")).orElse("/"));
  }

  private static long groupNumber(String word, String group) {
    return lines(group).stream()
        .filter(line -> line.name().equals(word))
        .map(line -> line.number(2))
        .findFirst()
        .or(() -> number(word))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unable to find group " + word + ": no matching entries in group file"));
  }

  private static Optional<Long> number(String text) {
    if (!text.matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    var number = Long.parseLong(text);
    if (number > NUMBER_MAX) {
      throw new IllegalArgumentException("the user or group " + text + " is out of range");
    }
    return Optional.of(number);
  }

  private static List<Line> lines(String text) {
    var lines = new ArrayList<Line>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> lines.add(new Line(List.of(line.split(":", -1)))));
    return lines;
  }
}
