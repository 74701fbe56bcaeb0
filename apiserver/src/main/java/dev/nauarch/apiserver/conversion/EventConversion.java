package dev.nauarch.apiserver.conversion;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Events of {@code events.k8s.io}: seven of their fields have other names in the core group. */
final class EventConversion implements Conversion {

  private record Renamed(String inEvents, String inCore) {}

  private static final List<Renamed> FIELDS =
      List.of(
          new Renamed("regarding", "involvedObject"),
          new Renamed("note", "message"),
          new Renamed("reportingController", "reportingComponent"),
          new Renamed("deprecatedSource", "source"),
          new Renamed("deprecatedFirstTimestamp", "firstTimestamp"),
          new Renamed("deprecatedLastTimestamp", "lastTimestamp"),
          new Renamed("deprecatedCount", "count"));

  @Override
  public void toStored(ObjectNode object) {
    FIELDS.forEach(field -> rename(object, field.inEvents, field.inCore));
  }

  @Override
  public void toServed(ObjectNode object) {
    FIELDS.forEach(field -> rename(object, field.inCore, field.inEvents));
  }

  private static void rename(ObjectNode object, String from, String to) {
    var value = object.remove(from);
    if (value != null) {
      object.set(to, value);
    }
  }
}
