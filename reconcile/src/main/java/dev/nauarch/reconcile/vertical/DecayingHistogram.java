package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.vertical.HistogramCheckpoint;
import dev.nauarch.reconcile.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * How often amounts were seen, where a sample counts half after a day. Percentiles are read off the
 * weights as a checkpoint has them, so that they are the same before and after a restart.
 *
 * <p>Rather than the weights of old samples shrinking, those of new ones grow: a sample weighs
 * {@code 2^(days since the reference)}. From time to time the reference is moved, and all weights
 * are scaled.
 */
final class DecayingHistogram {

  /** After so long a sample weighs half. */
  static final Duration HALF_LIFE = Duration.ofHours(24);

  /** What weighs less is nothing. */
  private static final double EPSILON = 0.0001;

  /** The weight of the heaviest bucket in a checkpoint. */
  private static final int HEAVIEST = 10_000;

  /** How many half-lives the reference may lie back before numbers become too large. */
  private static final long AGE_MAX = 100;

  private final Buckets buckets;
  private final double[] weights;
  private double total;
  private long referenceSecond;

  DecayingHistogram(Buckets buckets) {
    this.buckets = buckets;
    this.weights = new double[buckets.count()];
  }

  /**
   * What a checkpoint tells of.
   *
   * @throws IllegalArgumentException it tells of what can't be
   */
  static DecayingHistogram restored(Buckets buckets, HistogramCheckpoint checkpoint) {
    var histogram = new DecayingHistogram(buckets);
    long sum = 0;
    for (var entry : checkpoint.bucketWeights().entrySet()) {
      int bucket = Integer.parseInt(entry.getKey());
      if (bucket < 0 || bucket >= buckets.count() || entry.getValue() < 0) {
        throw new IllegalArgumentException("there is no bucket " + entry);
      }
      sum += entry.getValue();
    }
    if (sum == 0 || !(checkpoint.totalWeight() > 0)) {
      return histogram;
    }
    double unit = checkpoint.totalWeight() / sum;
    checkpoint
        .bucketWeights()
        .forEach((bucket, parts) -> histogram.weights[Integer.parseInt(bucket)] = parts * unit);
    histogram.total = checkpoint.totalWeight();
    histogram.referenceSecond =
        checkpoint.referenceTimestamp().isEmpty()
            ? 0
            : Times.parse(checkpoint.referenceTimestamp()).getEpochSecond();
    return histogram;
  }

  /** Takes a sample of a weight. */
  void add(double amount, double weight, Instant at) {
    var grown = weight * growth(at);
    weights[buckets.of(amount)] += grown;
    total += grown;
  }

  /** Takes a sample back that was taken. */
  void subtract(double amount, double weight, Instant at) {
    var grown = weight * growth(at);
    int bucket = buckets.of(amount);
    weights[bucket] = without(weights[bucket], grown);
    total = without(total, grown);
  }

  private static double without(double weight, double taken) {
    var rest = weight - taken;
    return rest < EPSILON ? 0 : rest;
  }

  private double growth(Instant at) {
    long halfLife = HALF_LIFE.toSeconds();
    if (at.getEpochSecond() - referenceSecond > AGE_MAX * halfLife) {
      long moved = Math.round((double) at.getEpochSecond() / halfLife) * halfLife;
      double scale = Math.pow(2, (double) (referenceSecond - moved) / halfLife);
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= scale;
      }
      total *= scale;
      referenceSecond = moved;
    }
    return Math.pow(2, (double) (at.getEpochSecond() - referenceSecond) / halfLife);
  }

  /** Whether nothing was seen. */
  boolean isEmpty() {
    return heaviest() < EPSILON;
  }

  private double heaviest() {
    return Arrays.stream(weights).max().orElse(0);
  }

  private int[] parts() {
    double heaviest = heaviest();
    return Arrays.stream(weights)
        .mapToInt(weight -> heaviest < EPSILON ? 0 : (int) Math.round(weight * HEAVIEST / heaviest))
        .toArray();
  }

  /**
   * The end of the bucket below which this part of all weight lies; 0 where nothing was seen.
   *
   * @param part from 0 to 1
   */
  double percentile(double part) {
    var parts = parts();
    double wanted = part * Arrays.stream(parts).asLongStream().sum();
    if (wanted == 0) {
      return 0;
    }
    long sum = 0;
    int bucket = -1;
    while (sum < wanted) {
      bucket++;
      sum += parts[bucket];
    }
    return buckets.end(bucket);
  }

  /** What is to be remembered. */
  HistogramCheckpoint checkpoint() {
    var byBucket = new TreeMap<String, Integer>();
    var parts = parts();
    for (int bucket = 0; bucket < parts.length; bucket++) {
      if (parts[bucket] > 0) {
        byBucket.put(Integer.toString(bucket), parts[bucket]);
      }
    }
    var reference = Times.format(Instant.ofEpochSecond(referenceSecond));
    return new HistogramCheckpoint(reference, byBucket, total);
  }
}
