package dev.nauarch.verification.benchmark;

import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The production cluster that came with the FGD paper: its nodes with GPUs, and a list of pods.
 *
 * @param nodes by name
 * @param pods by name
 */
record FgdTrace(List<Room> nodes, List<Task> pods) {

  private static final long MEBIBYTE = 1 << 20;

  /** One line of a file, by the names of its columns. */
  private record Row(String where, Map<String, String> fields) {

    String text(String column) {
      var value = fields.get(column);
      if (value == null) {
        throw new TraceException(where + " has no column " + column);
      }
      return value;
    }

    long number(String column) {
      try {
        return Long.parseLong(text(column));
      } catch (NumberFormatException e) {
        throw new TraceException(
            where + ": " + column + " is \"" + text(column) + "\", expected a whole number", e);
      }
    }
  }

  /**
   * Reads a trace.
   *
   * @param list which pods, for example {@code default}
   * @throws TraceException says which file is missing, or which of its lines is wrong
   */
  static FgdTrace read(Path directory, String list) {
    if (!Files.isDirectory(directory)) {
      throw new TraceException(directory + " is no directory");
    }
    var nodes = new ArrayList<Room>();
    for (var row : rows(directory.resolve("openb_node_list_gpu_node.csv"), "sn")) {
      nodes.add(node(row));
    }
    var pods = new ArrayList<Task>();
    for (var row : rows(directory.resolve("openb_pod_list_" + list + ".csv"), "name")) {
      pods.add(pod(row));
    }
    return new FgdTrace(nodes, pods);
  }

  private static List<Row> rows(Path file, String name) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new TraceException(file + " is not there", e);
    } catch (IOException e) {
      throw new TraceException(file + " can't be read: " + e.getMessage(), e);
    }
    if (lines.size() < 2) {
      throw new TraceException(file + " is empty");
    }
    var columns = lines.getFirst().split(",", -1);
    var rows = new ArrayList<Row>();
    for (var i = 1; i < lines.size(); i++) {
      var where = file + ", line " + (i + 1);
      var values = lines.get(i).split(",", -1);
      if (values.length != columns.length) {
        throw new TraceException(where + " has " + values.length + " fields of " + columns.length);
      }
      var fields = new HashMap<String, String>();
      for (var column = 0; column < columns.length; column++) {
        fields.put(columns[column], values[column]);
      }
      rows.add(new Row(where, fields));
      rows.getLast().text(name);
    }
    rows.sort(Comparator.comparing(row -> row.fields.getOrDefault(name, "")));
    return rows;
  }

  private static Room node(Row row) {
    var devices = row.number("gpu");
    if (devices < 1 || devices > 1024) {
      throw new TraceException(
          row.where + ": a node with " + devices + " GPUs, expected 1 to 1024");
    }
    var free = new int[(int) devices];
    Arrays.fill(free, Task.WHOLE);
    return new Room(
        row.number("cpu_milli"), row.number("memory_mib") * MEBIBYTE, row.text("model"), free);
  }

  private static Task pod(Row row) {
    var devices = row.number("num_gpu");
    try {
      return new Task(
          row.number("cpu_milli"),
          row.number("memory_mib") * MEBIBYTE,
          devices,
          devices == 0 ? 0 : Math.toIntExact(row.number("gpu_milli")),
          row.fields.getOrDefault("gpu_spec", ""));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new TraceException(row.where + ": " + e.getMessage(), e);
    }
  }

  /** Thousandths of GPUs of all nodes. */
  long capacity() {
    return nodes.stream().mapToLong(Room::left).sum();
  }
}
