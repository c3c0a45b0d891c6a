package io.shopstream.load.replay;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one run of a replay did.
 *
 * @param clicks published
 * @param orders published, cancellations included
 * @param catalogItems published
 * @param refused lines of the source that are no events, and events that the receiver would not
 *     take
 * @param nanos from the first event handed over to the last acknowledgement
 * @param complete whether the data set, or the part asked for, was replayed to its end
 */
record ReplayReport(
    long clicks, long orders, long catalogItems, long refused, long nanos, boolean complete) {

  /** Clicks and orders. */
  long events() {
    return clicks + orders;
  }

  private Map<String, String> pairs() {
    var seconds = nanos / 1e9;
    var pairs = new LinkedHashMap<String, String>();
    pairs.put("events", Long.toString(events()));
    pairs.put("orders", Long.toString(orders));
    pairs.put("refused", Long.toString(refused));
    pairs.put("seconds", String.format(Locale.ROOT, "%.3f", seconds));
    pairs.put(
        "events_per_second",
        String.format(Locale.ROOT, "%.0f", seconds > 0 ? events() / seconds : 0));
    pairs.put("clicks", Long.toString(clicks));
    pairs.put("catalog_items", Long.toString(catalogItems));
    return pairs;
  }

  /** One line of {@code key=value} pairs. */
  String line() {
    return pairs().entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The same pairs as a JSON object; all values are numbers. */
  String json() {
    return pairs().entrySet().stream()
        .map(pair -> "  \"" + pair.getKey() + "\": " + pair.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }
}
