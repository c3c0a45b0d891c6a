package io.shopstream.load.csv;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What the columns of a CSV file mean, as a mapping file tells it. Lines are {@code key = value},
 * {@code #} at the beginning of a line starts a comment:
 *
 * <pre>
 *   event = click                        click, order or item: what a row is
 *   event.column = what                  or a column that tells it,
 *   event.purchase = order               by the words in it; skip leaves a row out
 *   column.FIELD = COLUMN                where a field of the event stands
 *   constant.FIELD = TEXT                what it is in every row
 *   translate.FIELD.WORD = TEXT          what a word of that column means
 *   separator = ;                        between values; tab for a tabulator
 *   time_format = dd.MM.yyyy HH:mm       of times that are no number and no ISO 8601
 *   time_zone = Europe/Berlin            of times that do not tell theirs
 * </pre>
 */
final class CsvMapping {

  /** What a row can be. */
  enum Kind {
    CLICK,
    ORDER,
    ITEM,
    SKIP;

    Schema schema() {
      return switch (this) {
        case CLICK -> Click.getClassSchema();
        case ORDER -> Order.getClassSchema();
        case ITEM -> CatalogItem.getClassSchema();
        case SKIP -> throw new IllegalStateException("A row that is left out has no fields");
      };
    }
  }

  /**
   * Where a value of an event comes from.
   *
   * @param source name of the column, or the text of a constant
   * @param constant whether it is the latter
   * @param words what words of the column mean
   */
  record Source(String source, boolean constant, Map<String, String> words) {

    /** The text of a row; empty when there is none. */
    String text(Row row) {
      if (constant) {
        return source;
      }
      var text = row.text(source).strip();
      return words.getOrDefault(text, text);
    }

    /** For messages. */
    String column() {
      return constant ? "(constant)" : source;
    }
  }

  /** A row of the file. */
  interface Row {
    String text(String column);
  }

  private record Entry(int line, String value) {}

  private static final String DEFAULT_CURRENCY = "EUR";

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<String, Kind> kinds = new HashMap<>();
  private final Map<Kind, Map<EventField, Source>> fields = new HashMap<>();
  private final Map<EventField, Source> lineFields = new LinkedHashMap<>();
  private Optional<String> kindColumn = Optional.empty();
  private Kind only = Kind.SKIP;
  private char separator = ',';
  private EventField.Times times =
      new EventField.Times(
          DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT), ZoneOffset.UTC);

  private CsvMapping(Path file) {
    this.file = file;
  }

  /**
   * Reads a mapping file.
   *
   * @throws CsvMappingException when a line of it cannot be used, or one is missing
   */
  static CsvMapping read(Path file) throws IOException {
    var mapping = new CsvMapping(file);
    mapping.readEntries();
    mapping.readFormat();
    mapping.readKinds();
    mapping.readSources();
    mapping.bind();
    return mapping;
  }

  private void readEntries() throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("The mapping file %s is not there or cannot be read".formatted(file));
    }
    var lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      var parts = line.split("=", 2);
      if (parts.length < 2) {
        throw wrong(i + 1, "«%s» should be: key = value".formatted(line));
      }
      var earlier = entries.put(parts[0].strip(), new Entry(i + 1, parts[1].strip()));
      if (earlier != null) {
        throw wrong(
            i + 1, "%s stands in line %d already".formatted(parts[0].strip(), earlier.line()));
      }
    }
  }

  private CsvMappingException wrong(int line, String message) {
    return new CsvMappingException(file + ":" + line, message);
  }

  private Optional<Entry> take(String key) {
    return Optional.ofNullable(entries.remove(key));
  }

  private void readFormat() throws CsvMappingException {
    var given = take("separator");
    if (given.isPresent()) {
      var text = given.get().value().equals("tab") ? "\t" : given.get().value();
      if (text.length() != 1) {
        throw wrong(given.get().line(), "separator must be one character, or the word tab");
      }
      separator = text.charAt(0);
    }
    var format = take("time_format");
    var zone = take("time_zone");
    try {
      times =
          new EventField.Times(
              format.isEmpty()
                  ? times.format()
                  : DateTimeFormatter.ofPattern(format.get().value(), Locale.ENGLISH),
              zone.isEmpty() ? times.zone() : ZoneId.of(zone.get().value()));
    } catch (IllegalArgumentException e) {
      throw wrong(
          format.orElseThrow().line(), "time_format is no pattern such as dd.MM.yyyy HH:mm");
    } catch (DateTimeException e) {
      throw wrong(zone.orElseThrow().line(), "time_zone is none, such as Europe/Berlin");
    }
  }

  private void readKinds() throws CsvMappingException {
    var all = take("event");
    kindColumn = take("event.column").map(Entry::value);
    if (all.isPresent() == kindColumn.isPresent()) {
      throw new CsvMappingException(
          file.toString(),
          "one line must say what a row is: event = click (or order, or item), or event.column = the column that tells it");
    }
    if (all.isPresent()) {
      only = kind(all.get());
    }
    for (var key : List.copyOf(entries.keySet())) {
      if (key.startsWith("event.")) {
        kinds.put(key.substring("event.".length()), kind(take(key).orElseThrow()));
      }
    }
    if (kindColumn.isPresent() && kinds.isEmpty()) {
      throw new CsvMappingException(
          file.toString(),
          "event.column needs lines that say what its words mean, such as event.purchase = order");
    }
  }

  private Kind kind(Entry entry) throws CsvMappingException {
    try {
      return Kind.valueOf(entry.value().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw wrong(
          entry.line(), "«%s» should be click, order, item or skip".formatted(entry.value()));
    }
  }

  private void readSources() throws CsvMappingException {
    var words = new HashMap<String, Map<String, String>>();
    for (var key : List.copyOf(entries.keySet())) {
      var parts = key.split("\\.", 3);
      if (parts[0].equals("translate") && parts.length == 3) {
        words
            .computeIfAbsent(parts[1], unused -> new HashMap<>())
            .put(parts[2], take(key).orElseThrow().value());
      }
    }
    for (var key : entries.keySet()) {
      var entry = entries.get(key);
      var parts = key.split("\\.", 2);
      if (parts.length < 2 || !List.of("column", "constant").contains(parts[0])) {
        throw wrong(
            entry.line(),
            "%s is no key of a mapping; there are event, column.FIELD, constant.FIELD, translate.FIELD.WORD, separator, time_format and time_zone"
                .formatted(key));
      }
      var known =
          sources.put(
              parts[1],
              new Source(
                  entry.value(),
                  parts[0].equals("constant"),
                  Map.copyOf(words.getOrDefault(parts[1], Map.of()))));
      if (known != null) {
        throw wrong(entry.line(), parts[1] + " is given as a column and as a constant");
      }
      requireField(entry.line(), parts[1]);
    }
    for (var translated : words.keySet()) {
      if (!sources.containsKey(translated)) {
        throw new CsvMappingException(
            file.toString(), "translate.%s: there is no line column.%1$s".formatted(translated));
      }
    }
  }

  /** The kinds of rows that become events. */
  private List<Kind> told() {
    var all = new ArrayList<Kind>(kinds.values());
    all.add(only);
    return all.stream().filter(kind -> kind != Kind.SKIP).distinct().toList();
  }

  private void requireField(int line, String name) throws CsvMappingException {
    var known = new ArrayList<String>();
    for (var kind : told()) {
      if (field(kind, name).isPresent()) {
        return;
      }
      known.addAll(EventField.names(kind.schema()));
      if (kind == Kind.ORDER) {
        known.addAll(EventField.names(OrderLine.getClassSchema()));
      }
    }
    throw wrong(
        line,
        "there is no field %s; there are %s"
            .formatted(name, String.join(", ", known.stream().distinct().toList())));
  }

  private static Optional<EventField> field(Kind kind, String name) {
    var ofEvent = EventField.named(kind.schema(), name);
    return ofEvent.isEmpty() && kind == Kind.ORDER
        ? EventField.named(OrderLine.getClassSchema(), name)
        : ofEvent;
  }

  /** Gives each kind of event its columns, and looks that none is missing that it needs. */
  private void bind() throws CsvMappingException {
    for (var kind : told()) {
      var bound = new LinkedHashMap<EventField, Source>();
      sources.forEach(
          (name, source) ->
              EventField.named(kind.schema(), name).ifPresent(field -> bound.put(field, source)));
      fields.put(kind, bound);
      var missing = new ArrayList<>(missing(kind.schema(), bound, madeUp(kind)));
      if (kind == Kind.ORDER) {
        sources.forEach(
            (name, source) ->
                EventField.named(OrderLine.getClassSchema(), name)
                    .ifPresent(field -> lineFields.put(field, source)));
        missing.addAll(missing(OrderLine.getClassSchema(), lineFields, List.of("quantity")));
      }
      if (kind == Kind.CLICK && !isGiven("item_id") && !isGiven("search_query")) {
        missing.add("item_id");
      }
      if (!missing.isEmpty()) {
        throw new CsvMappingException(
            file.toString(),
            "%s needs a column (or a constant) for %s: column.%s = NAME"
                .formatted(
                    kind.name().toLowerCase(Locale.ROOT),
                    String.join(" and ", missing),
                    missing.get(0)));
      }
    }
  }

  private boolean isGiven(String name) {
    return sources.containsKey(name);
  }

  /** Fields that follow from others, where they are not given. */
  private static List<String> madeUp(Kind kind) {
    return switch (kind) {
      case CLICK -> List.of("event_id");
      case ORDER -> List.of("order_id", "lines", "amount_minor", "currency");
      case ITEM -> List.of("updated_time_ms");
      case SKIP -> List.of();
    };
  }

  private static List<String> missing(
      Schema schema, Map<EventField, Source> bound, List<String> madeUp) {
    return schema.getFields().stream()
        .filter(field -> field.defaultVal() == null && !madeUp.contains(field.name()))
        .filter(field -> bound.keySet().stream().noneMatch(one -> one.schema().equals(field)))
        .map(field -> field.name().replaceFirst("_ms$", "").replaceFirst("_minor$", ""))
        .toList();
  }

  /**
   * Looks that the columns are there.
   *
   * @param csv the file that has them, for messages
   */
  void requireColumns(String csv, List<String> header) throws CsvMappingException {
    var named = new ArrayList<String>();
    kindColumn.ifPresent(named::add);
    sources.values().stream()
        .filter(one -> !one.constant())
        .map(Source::source)
        .forEach(named::add);
    for (var column : named) {
      if (!header.contains(column)) {
        throw new CsvMappingException(
            file.toString(),
            "%s has no column «%s»; it has %s".formatted(csv, column, String.join(", ", header)));
      }
    }
  }

  char separator() {
    return separator;
  }

  EventField.Times times() {
    return times;
  }

  /** What a row is. */
  Kind kind(Row row) throws WrongColumnException {
    if (kindColumn.isEmpty()) {
      return only;
    }
    var word = row.text(kindColumn.get()).strip();
    var kind = kinds.get(word);
    if (kind == null) {
      throw WrongColumnException.of(
          kindColumn.get(),
          word,
          "is not told of by the mapping; event.%s = skip leaves such rows out".formatted(word));
    }
    return kind;
  }

  Map<EventField, Source> fields(Kind kind) {
    return fields.get(kind);
  }

  Map<EventField, Source> lineFields() {
    return lineFields;
  }

  /**
   * Currency of a row, needed to read decimals: that of its column, else {@value
   * #DEFAULT_CURRENCY}.
   */
  String currency(Row row) {
    var source = sources.get("currency");
    return source == null ? DEFAULT_CURRENCY : source.text(row);
  }

  /** The mapping as one text: another one would tell other events. */
  String fingerprint() throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
