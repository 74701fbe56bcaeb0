package dev.nauarch.api.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import java.util.Optional;

/**
 * What the LimitRanges of a namespace allow a container.
 *
 * @param min no request and no limit may be less
 * @param max no limit may be more
 * @param standard the limits of containers that state none
 */
public record LimitBounds(Amounts min, Amounts max, Amounts standard) {

  /** Nothing is bounded. */
  public static final LimitBounds NONE = new LimitBounds(Amounts.NONE, Amounts.NONE, Amounts.NONE);

  /** The stricter of both; the other's standard where this has none. */
  public LimitBounds and(LimitBounds other) {
    var most = max.overlaidBy(other.max);
    for (var name : max.names()) {
      var own = max.get(name);
      most = most.with(name, other.max.find(name).filter(own::isMoreThan).orElse(own));
    }
    return new LimitBounds(min.max(other.min), most, other.standard.overlaidBy(standard));
  }

  /** A recommendation for a container that fits, its limit in proportion to its request. */
  Amounts fit(Amounts recommended, Amounts requests, Amounts limits) {
    var fitted = recommended;
    for (var name : recommended.names()) {
      var least = bound(name, min, requests, limits).orElse(Amount.ZERO).max(min.get(name));
      var amount = recommended.get(name).max(least);
      var most = bound(name, max, requests, limits).filter(each -> !each.isZero());
      fitted = fitted.with(name, most.filter(amount::isMoreThan).orElse(amount));
    }
    return fitted;
  }

  /** The request at which the limit meets a bound. */
  private Optional<Amount> bound(String name, Amounts bounds, Amounts requests, Amounts limits) {
    var bound = bounds.find(name);
    var limit = Adjustment.limit(name, limits, standard);
    if (bound.isEmpty() || limit.isZero()) {
      return Optional.empty();
    }
    var request = requests.get(name);
    return request.isZero()
        ? bound
        : Optional.of(Adjustment.scaled(name, request, bound.get(), limit));
  }
}
