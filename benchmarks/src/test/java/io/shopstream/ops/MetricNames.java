package io.shopstream.ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which metrics, and which values of their labels, an expression of Prometheus names. */
final class MetricNames {

  private static final Pattern SELECTOR =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{([^}]*)})?");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** Labels that Prometheus adds by itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

  /**
   * What an expression selects.
   *
   * @param labels values that labels must have
   */
  record Selected(String metric, Map<String, String> labels) {}

  private MetricNames() {}

  static List<Selected> in(String expression) {
    var plain = GROUPING.matcher(RANGE.matcher(expression).replaceAll("")).replaceAll("");
    var found = new ArrayList<Selected>();
    var matcher = SELECTOR.matcher(plain);
    while (matcher.find()) {
      var rest = plain.substring(matcher.end(1)).stripLeading();
      var before = matcher.start() == 0 ? ' ' : plain.charAt(matcher.start() - 1);
      if (!rest.startsWith("(")
          && !WORDS.contains(matcher.group(1))
          && !Character.isLetterOrDigit(before)) {
        found.add(new Selected(matcher.group(1), labels(matcher.group(2))));
      }
    }
    return found;
  }

  private static Map<String, String> labels(String text) {
    var labels = new HashMap<String, String>();
    if (text != null) {
      LABEL
          .matcher(text)
          .results()
          .filter(label -> !OF_PROMETHEUS.contains(label.group(1)))
          .forEach(label -> labels.put(label.group(1), label.group(2)));
    }
    return labels;
  }

  /** What of it no process exports, in the form of Prometheus. */
  static Set<String> missing(List<Selected> selected, String scraped) {
    var exported = new ArrayList<Selected>();
    for (var line : scraped.split("\n", -1)) {
      var sample = SAMPLE.matcher(line);
      if (!line.startsWith("#") && sample.matches()) {
        exported.add(new Selected(sample.group(1), labels(sample.group(2))));
      }
    }
    var missing = new TreeSet<String>();
    for (var wanted : selected) {
      if (exported.stream()
          .noneMatch(
              one ->
                  one.metric().equals(wanted.metric())
                      && one.labels().entrySet().containsAll(wanted.labels().entrySet()))) {
        missing.add(wanted.metric() + wanted.labels());
      }
    }
    return missing;
  }
}
