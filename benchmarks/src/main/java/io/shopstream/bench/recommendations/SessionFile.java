package io.shopstream.bench.recommendations;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads sessions or examples from a file with a header line, plain or gzip, separated by commas or
 * (if the header holds one) tabs. The header tells which of three forms it is:
 *
 * <ul>
 *   <li>{@code session,items}: a session a line, items separated by blanks, in order of time
 *   <li>{@code session,item,time}: a click a line; the time in milliseconds, or in seconds if any
 *       has a decimal point. {@code SessionId}, {@code ItemId}, {@code Time} do as well
 *   <li>{@code example,prefix,target}: a question a line. Lines that continue one another are put
 *       together again to sessions, so that what remained of a session is known
 * </ul>
 */
final class SessionFile {
  /** Sessions that cover less than this from the epoch on have times within the session only. */
  static final long YEAR_2000_MS = 946_684_800_000L;

  private final Path file;
  // Ids recur: one string each.
  private final Map<String, String> ids = new HashMap<>();

  private SessionFile(Path file) {
    this.file = file;
  }

  /**
   * Sessions of a file of sessions or clicks, in order of time if they have times, else of the
   * file.
   *
   * @throws IllegalStateException if it cannot be read; says the line and what is wrong
   */
  static List<Session> sessions(Path file) {
    return new SessionFile(file).readSessions();
  }

  /**
   * Examples of a file of any of the forms.
   *
   * @throws IllegalStateException if it cannot be read; says the line and what is wrong
   */
  static List<Example> examples(Path file) {
    return new SessionFile(file).readExamples();
  }

  private List<Session> readSessions() {
    try (var parser = open()) {
      if (has(parser, "prefix")) {
        throw wrong(
            1, "holds examples, and sessions are needed here: session,items or session,item,time");
      }
      return has(parser, "items") ? wholeSessions(parser) : timedSessions(parser);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<Example> readExamples() {
    try (var parser = open()) {
      if (has(parser, "prefix")) {
        return examples(parser);
      }
      return Example.ofSessions(
          has(parser, "items") ? wholeSessions(parser) : timedSessions(parser));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<Session> wholeSessions(CSVParser parser) {
    var sessions = new ArrayList<Session>();
    for (var line : parser) {
      sessions.add(
          new Session(value(parser, line, "session"), items(parser, line, "items"), new long[0]));
    }
    return notEmpty(sessions);
  }

  private record Clicked(String item, long timeMs) {}

  private List<Session> timedSessions(CSVParser parser) {
    var session = column(parser, "session", "SessionId", "user_session");
    var item = column(parser, "item", "ItemId", "product_id");
    var time = column(parser, "time", "Time", "event_time");
    var clicks = new LinkedHashMap<String, List<Clicked>>();
    boolean seconds = false;
    for (var line : parser) {
      var text = value(parser, line, time);
      seconds |= text.indexOf('.') >= 0 && text.indexOf('-') <= 0;
      clicks
          .computeIfAbsent(value(parser, line, session), key -> new ArrayList<>())
          .add(new Clicked(id(parser, value(parser, line, item)), micros(parser, text)));
    }
    long divisor = seconds ? 1_000 : 1_000_000;
    var sessions = new ArrayList<Session>();
    clicks.forEach(
        (id, ofSession) -> {
          ofSession.sort(Comparator.comparingLong(Clicked::timeMs));
          sessions.add(
              new Session(
                  id,
                  ofSession.stream().map(Clicked::item).toList(),
                  ofSession.stream().mapToLong(click -> click.timeMs() / divisor).toArray()));
        });
    if (sessions.stream().anyMatch(s -> s.timesMs()[0] >= YEAR_2000_MS)) {
      sessions.sort(Comparator.comparingLong(s -> s.timesMs()[0]));
    }
    return notEmpty(sessions);
  }

  /** The number times a million, so that decimals of seconds are kept; of a date in ms. */
  private long micros(CSVParser parser, String text) {
    try {
      if (text.indexOf('-') > 0) {
        return Instant.parse(text.replace(" UTC", "Z").replace(' ', 'T')).toEpochMilli()
            * 1_000_000;
      }
      return new java.math.BigDecimal(text).movePointRight(6).longValue();
    } catch (NumberFormatException | DateTimeParseException e) {
      throw wrong(
          parser.getCurrentLineNumber(), "the time is neither a number nor a date: " + text);
    }
  }

  private List<Example> examples(CSVParser parser) {
    var examples = new ArrayList<Example>();
    List<String> session = List.of();
    for (var line : parser) {
      var prefix = items(parser, line, "prefix");
      var target = id(parser, value(parser, line, "target"));
      int known = prefix.size();
      boolean continues =
          session.size() > known + 1
              && session.get(known).equals(target)
              && session.subList(0, known).equals(prefix);
      if (!continues) {
        session = new ArrayList<>(prefix);
        session.add(target);
      }
      examples.add(new Example(session.subList(0, known), session.subList(known, session.size())));
    }
    return notEmpty(examples);
  }

  private CSVParser open() throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalStateException(file + " does not exist or cannot be read");
    }
    var bytes = new FileInputStream(file.toFile());
    var plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
    var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16);
    reader.mark(1 << 15);
    var header = reader.readLine();
    if (header == null) {
      throw wrong(1, "is empty; a header line is needed");
    }
    reader.reset();
    return CSVFormat.DEFAULT
        .builder()
        .setDelimiter(header.indexOf('\t') >= 0 ? '\t' : ',')
        .setHeader()
        .setSkipHeaderRecord(true)
        .get()
        .parse(reader);
  }

  private static boolean has(CSVParser parser, String column) {
    return parser.getHeaderMap().containsKey(column);
  }

  private String column(CSVParser parser, String... names) {
    return Arrays.stream(names)
        .filter(name -> has(parser, name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    1,
                    "has no column %s; known forms are session,items / session,item,time / example,prefix,target"
                        .formatted(names[0])));
  }

  private String value(CSVParser parser, CSVRecord line, String column) {
    if (!line.isMapped(column) || !line.isSet(column) || line.get(column).isBlank()) {
      throw wrong(parser.getCurrentLineNumber(), "has no " + column);
    }
    return line.get(column);
  }

  private List<String> items(CSVParser parser, CSVRecord line, String column) {
    var parts = value(parser, line, column).trim().split(" +", -1);
    var items = new ArrayList<String>(parts.length);
    for (var part : parts) {
      items.add(id(parser, part));
    }
    return items;
  }

  private String id(CSVParser parser, String id) {
    if (id.getBytes(StandardCharsets.UTF_8).length > 64) {
      throw wrong(parser.getCurrentLineNumber(), "an item id is longer than 64 bytes: " + id);
    }
    return ids.computeIfAbsent(id, key -> key);
  }

  private <T> List<T> notEmpty(List<T> list) {
    if (list.isEmpty()) {
      throw wrong(1, "holds nothing but a header");
    }
    return list;
  }

  private IllegalStateException wrong(long line, String what) {
    return new IllegalStateException("%s, line %d: %s".formatted(file, line, what));
  }

  private IllegalStateException unreadable(IOException e) {
    return new IllegalStateException(file + " cannot be read: " + e.getMessage(), e);
  }
}
