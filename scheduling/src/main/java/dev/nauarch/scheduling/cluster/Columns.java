package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.PodShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What nodes have and what is left of it: a column for each resource, in which each node has the
 * place of its number. So a shape is held against thousands of nodes without following a pointer.
 */
public final class Columns {

  /** Larger amounts are taken for this one: their sums don't overflow, and a double holds each. */
  private static final long MOST = 1L << 52;

  /** What a pod counts for that asks for no processor time, as in Kubernetes' own scheduler. */
  private static final long CPU_MILLIS_UNASKED = 100;

  /** What a pod counts for that asks for no memory. */
  private static final long MEMORY_BYTES_UNASKED = 200L << 20;

  private static final List<String> BASIC = List.of("cpu", "memory", "ephemeral-storage", "pods");

  /** One resource. */
  static final class Column {
    private long[] has = new long[0];
    private long[] used = new long[0];
    private double[] free = new double[0];
    private double[] share = new double[0];

    private void grow(int nodes) {
      has = Arrays.copyOf(has, nodes);
      used = Arrays.copyOf(used, nodes);
      free = Arrays.copyOf(free, nodes);
      share = Arrays.copyOf(share, nodes);
    }

    private void set(int node, long amount) {
      has[node] = bounded(amount);
      share[node] = amount > 0 ? 1.0 / has[node] : Double.MAX_VALUE;
      free[node] = (double) has[node] - used[node];
    }

    private void take(int node, long amount) {
      used[node] += amount;
      free[node] = (double) has[node] - used[node];
    }
  }

  /**
   * What a shape asks for, by column.
   *
   * @param columns of what it asks for more than nothing
   * @param amounts of each of these
   * @param devices how many of these columns, the last ones, are not of the basic resources
   * @param cpuLoad what it counts for where nodes are compared
   * @param memoryLoad the same of memory
   */
  public record Demand(
      int[] columns, double[] amounts, int devices, double cpuLoad, double memoryLoad) {

    private Demand withoutFit() {
      return new Demand(new int[0], new double[0], 0, cpuLoad, memoryLoad);
    }
  }

  private final Map<String, Integer> columnByName = new LinkedHashMap<>();
  private final List<Column> columns = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private double[] cpuLoad = new double[0];
  private double[] memoryLoad = new double[0];
  private boolean[] hasDevices = new boolean[0];
  private int nodes;

  Columns() {
    BASIC.forEach(this::column);
  }

  /** What pods of a shape need; where the rule is switched off, nothing has to be there. */
  public Demand demand(PodShape shape) {
    var whole = demand(shape.needs());
    return shape.isUnder(Filter.NODE_RESOURCES_FIT) ? whole : whole.withoutFit();
  }

  private Demand demand(Amounts asked) {
    var names = asked.names().stream().filter(name -> asked.of(name) > 0).toList();
    var numbers = new int[names.size()];
    var amounts = new double[names.size()];
    for (var i = 0; i < numbers.length; i++) {
      numbers[i] = column(names.get(i));
      amounts[i] = bounded(asked.of(names.get(i)));
    }
    var devices = (int) names.stream().filter(name -> !BASIC.contains(name)).count();
    return new Demand(numbers, amounts, devices, cpuLoadOf(asked), memoryLoadOf(asked));
  }

  /** What is left of a resource, by node; less than nothing where a node shrank under its pods. */
  public double[] free(int column) {
    return columns.get(column).free;
  }

  /** What part of all that a node has one unit of a resource is. */
  public double[] share(int column) {
    return columns.get(column).share;
  }

  /** What part of all that a node has one unit of processor time is. */
  public double[] cpuShare() {
    return share(BASIC.indexOf("cpu"));
  }

  /** What part of all that a node has one byte of memory is. */
  public double[] memoryShare() {
    return share(BASIC.indexOf("memory"));
  }

  /** For how much processor time the pods of each node count where nodes are compared. */
  public double[] cpuLoad() {
    return cpuLoad;
  }

  /** For how much memory they count. */
  public double[] memoryLoad() {
    return memoryLoad;
  }

  /** Which nodes have something beside the basic resources. */
  public boolean[] hasDevices() {
    return hasDevices;
  }

  /** How long all columns are; they are others when that changes. */
  public int length() {
    return nodes;
  }

  /** The resource of a column. */
  public String name(int column) {
    return names.get(column);
  }

  /** The column of a resource. */
  public int column(String resource) {
    return columnByName.computeIfAbsent(
        resource,
        ignored -> {
          var column = new Column();
          column.grow(nodes);
          columns.add(column);
          names.add(resource);
          return columns.size() - 1;
        });
  }

  void grow(int count) {
    nodes = count;
    columns.forEach(column -> column.grow(count));
    cpuLoad = Arrays.copyOf(cpuLoad, count);
    memoryLoad = Arrays.copyOf(memoryLoad, count);
    hasDevices = Arrays.copyOf(hasDevices, count);
  }

  void set(int node, Amounts allocatable) {
    allocatable.names().forEach(this::column);
    columnByName.forEach((name, column) -> columns.get(column).set(node, allocatable.of(name)));
    hasDevices[node] = !allocatable.extended().isEmpty();
  }

  void take(int node, Amounts requests) {
    change(node, requests, 1);
  }

  void giveBack(int node, Amounts requests) {
    change(node, requests, -1);
  }

  /** What the pods of a node ask for. */
  Amounts used(int node) {
    var extended = new TreeMap<String, Long>();
    columnByName.forEach(
        (name, column) -> {
          if (column >= BASIC.size()) {
            extended.put(name, columns.get(column).used[node]);
          }
        });
    var basic = BASIC.stream().mapToLong(name -> columns.get(column(name)).used[node]).toArray();
    return new Amounts(basic[0], basic[1], basic[2], basic[3], extended);
  }

  private void change(int node, Amounts requests, int sign) {
    columns.get(0).take(node, sign * bounded(requests.cpuMillis()));
    columns.get(1).take(node, sign * bounded(requests.memoryBytes()));
    columns.get(2).take(node, sign * bounded(requests.storageBytes()));
    columns.get(3).take(node, sign * bounded(requests.pods()));
    for (var entry : requests.extended().entrySet()) {
      columns.get(column(entry.getKey())).take(node, sign * bounded(entry.getValue()));
    }
    cpuLoad[node] += sign * cpuLoadOf(requests);
    memoryLoad[node] += sign * memoryLoadOf(requests);
  }

  private static double cpuLoadOf(Amounts requests) {
    return requests.cpuMillis() == 0 ? CPU_MILLIS_UNASKED : bounded(requests.cpuMillis());
  }

  private static double memoryLoadOf(Amounts requests) {
    return requests.memoryBytes() == 0 ? MEMORY_BYTES_UNASKED : bounded(requests.memoryBytes());
  }

  private static long bounded(long amount) {
    return Math.min(amount, MOST);
  }
}
