package io.shopstream.streams.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.query.KeyQuery;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/**
 * A key-value store with a write-back table in front of a logged RocksDB store. A row that changes
 * a thousand times between two commits is written to RocksDB and to the changelog once, while
 * queries see every change at once.
 *
 * <p>Kafka Streams' own caching store holds a lock while a commit writes its dirty rows, so that
 * readers wait for the flush; here readers never wait. The rules that make this safe:
 *
 * <ul>
 *   <li>one thread writes (the task's), any number read;
 *   <li>a row is never changed where it stands, and everybody gets a copy;
 *   <li>a dirty row leaves the table only after it is in RocksDB;
 *   <li>what is in the table and dirty belongs to the open transaction: it is written before the
 *       transaction commits, and dropped when the task is closed without a commit.
 * </ul>
 *
 * <p>It is no {@code KeyValueStore}, because Kafka Streams hands those to processors in a wrapper
 * that hides {@link #getForUpdate}; it answers interactive queries by key as any key-value store
 * does.
 *
 * <p>Memory is bounded: above {@code tableBytes} the rows used longest ago leave; above {@code
 * dirtyBytes} the rows that were dirtied first are written before the commit, which also bounds
 * what a commit has to write.
 */
public final class RowStore extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
    implements ReadOnlyKeyValueStore<Bytes, byte[]> {

  /** Key of the configuration under which a {@link Holder} may be told what becomes of stores. */
  public static final String HOLDER = "shopstream.row.store.holder";

  /** Who wants to know what becomes of the stores. */
  public interface Holder {
    /**
     * A store is opened, and nobody can read it yet. What it holds from now on need not be what it
     * held before.
     */
    void opened(String store, int partition);

    /** A store was closed, or somebody else updates it from now on. */
    void gone(String store, int partition);
  }

  /** Bytes that find a row in the table, at most: two to four slots, and the queue. */
  private static final int ROW_OVERHEAD_BYTES = 60;

  /** Rows that a commit writes at a time: one call for many costs less than one for each. */
  private static final int ROWS_A_BATCH = 256;

  private static final Bytes PULSE = Bytes.wrap(new byte[] {(byte) 0xFF});

  private final long maxTableBytes;
  private final long maxDirtyBytes;
  private final RowTable table = new RowTable();
  // Owned by the writing thread.
  private long tableBytes;
  private long dirtyBytes;
  private final AtomicInteger handedOver = new AtomicInteger();
  private InternalProcessorContext<?, ?> context;

  RowStore(KeyValueStore<Bytes, byte[]> logged, long maxTableBytes, long maxDirtyBytes) {
    super(logged);
    this.maxTableBytes = maxTableBytes;
    this.maxDirtyBytes = maxDirtyBytes;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    this.context = (InternalProcessorContext<?, ?>) context;
    holder().ifPresent(holder -> holder.opened(name(), context.taskId().partition()));
    super.init(context, root);
  }

  private Optional<Holder> holder() {
    return context != null && context.appConfigs().get(HOLDER) instanceof Holder holder
        ? Optional.of(holder)
        : Optional.empty();
  }

  // ---------------------------------------------------------------- reading, by any thread

  @Override
  public byte[] get(Bytes key) {
    var value = table.get(key.get());
    return value == RowTable.GONE ? wrapped().get(key) : orNull(value);
  }

  private static byte[] orNull(byte[] value) {
    return value == RowTable.ABSENT ? null : value;
  }

  @Override
  @SuppressWarnings("unchecked") // the type of the answer follows from the type of the query
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    if (query instanceof KeyQuery<?, ?> keyQuery && keyQuery.getKey() instanceof Bytes key) {
      var result = (QueryResult<R>) QueryResult.forResult(get(key));
      result.setPosition(getPosition());
      return result;
    }
    return super.query(query, bound, config);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return overlay(dirtyRows(from, to), wrapped().range(from, to), false);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return overlay(dirtyRows(from, to), wrapped().reverseRange(from, to), true);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return overlay(dirtyRows(null, null), wrapped().all(), false);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseAll() {
    return overlay(dirtyRows(null, null), wrapped().reverseAll(), true);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S serializer) {
    var from = Bytes.wrap(serializer.serialize(null, prefix));
    var rows = new TreeMap<Bytes, byte[]>();
    for (var row : table.dirtyRows()) {
      if (startsWith(row.key(), from.get())) {
        rows.put(Bytes.wrap(row.key()), orNull(row.value()));
      }
    }
    return overlay(rows, wrapped().prefixScan(prefix, serializer), false);
  }

  @Override
  public long approximateNumEntries() {
    return wrapped().approximateNumEntries();
  }

  private NavigableMap<Bytes, byte[]> dirtyRows(Bytes from, Bytes to) {
    var rows = new TreeMap<Bytes, byte[]>();
    for (var row : table.dirtyRows()) {
      var key = Bytes.wrap(row.key());
      if ((from == null || key.compareTo(from) >= 0) && (to == null || key.compareTo(to) <= 0)) {
        // Tombstones are kept: they hide the row beneath.
        rows.put(key, orNull(row.value()));
      }
    }
    return rows;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    if (key.length < prefix.length) {
      return false;
    }
    for (var i = 0; i < prefix.length; i++) {
      if (key[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static KeyValueIterator<Bytes, byte[]> overlay(
      NavigableMap<Bytes, byte[]> above, KeyValueIterator<Bytes, byte[]> below, boolean reverse) {
    return new OverlayIterator(reverse ? above.descendingMap() : above, below, reverse);
  }

  // ---------------------------------------------------------------- writing, by the task's thread

  /**
   * The row as the writer sees it; keeps it in the table, because the writer will write it back.
   *
   * @return a copy of the row, or null when there is none
   */
  public byte[] getForUpdate(Bytes key) {
    var slot = table.find(key.get());
    if (slot == RowTable.NOWHERE) {
      var value = wrapped().get(key);
      slot = table.add(key.get(), value == null ? RowTable.ABSENT : value);
      tableBytes += bytes(slot);
      evict(slot);
      return value;
    }
    table.use(slot);
    return orNull(table.value(slot));
  }

  /**
   * Writes a row.
   *
   * @param value null deletes the row
   */
  public void put(Bytes key, byte[] value) {
    var written = value == null ? RowTable.ABSENT : value;
    var slot = table.find(key.get());
    if (slot == RowTable.NOWHERE) {
      slot = table.addDirty(key.get(), written);
    } else {
      tableBytes -= bytes(slot);
      if (table.isDirty(slot)) {
        dirtyBytes -= table.length(slot);
      } else {
        table.setDirty(slot);
      }
      table.replace(slot, written);
      table.use(slot);
    }
    tableBytes += bytes(slot);
    dirtyBytes += table.length(slot);
    while (dirtyBytes > maxDirtyBytes) {
      writeBack(table.longestDirty());
    }
    evict(slot);
  }

  /** Memory that a row takes. */
  private long bytes(int slot) {
    // The log may hold half as much again in forgotten rows.
    var row = table.length(slot);
    return (long) ROW_OVERHEAD_BYTES + row + row / 2;
  }

  /** Makes room; the row in hand stays, even when it alone is larger than the table may be. */
  private void evict(int inHand) {
    while (tableBytes > maxTableBytes) {
      var slot = table.leastUsed(inHand);
      if (slot == RowTable.NOWHERE) {
        return;
      }
      if (table.isDirty(slot)) {
        writeBack(slot);
      }
      if (table.holdsRow(slot)) {
        remove(slot);
      }
    }
  }

  private void writeBack(int slot) {
    if (leavesTrace(slot)) {
      wrapped().put(Bytes.wrap(table.key(slot)), orNull(table.value(slot)));
    }
    written(slot);
  }

  /** A row that came and went between two commits leaves none, not even in the changelog. */
  private boolean leavesTrace(int slot) {
    return !table.isAbsent(slot) || !table.isNothingBelow(slot);
  }

  private void written(int slot) {
    dirtyBytes -= table.length(slot);
    table.setClean(slot);
    if (table.isAbsent(slot)) {
      // Nothing to read here; a reader finds the same in RocksDB.
      remove(slot);
    }
  }

  private void remove(int slot) {
    tableBytes -= bytes(slot);
    table.remove(slot);
  }

  // ---------------------------------------------------------------- the task's life

  /** Writes to the changelog that there is no row of a key that no row has. */
  void writePulse() {
    FlushContext.ensureRecordContext(context);
    wrapped().put(PULSE, null);
  }

  /** Called by Kafka Streams before each commit: what is dirty goes into the transaction. */
  @Override
  public void flushCache() {
    if (dirtyBytes > 0) {
      FlushContext.ensureRecordContext(context);
    }
    var slots = new int[ROWS_A_BATCH];
    var rows = new ArrayList<KeyValue<Bytes, byte[]>>(ROWS_A_BATCH);
    for (var size = table.longestDirty(slots); size > 0; size = table.longestDirty(slots)) {
      for (var i = 0; i < size; i++) {
        if (leavesTrace(slots[i])) {
          rows.add(KeyValue.pair(Bytes.wrap(table.key(slots[i])), orNull(table.value(slots[i]))));
        }
      }
      wrapped().putAll(rows);
      rows.clear();
      for (var i = 0; i < size; i++) {
        written(slots[i]);
      }
    }
    super.flushCache();
  }

  /** Called when the task turns from active to standby: from now on RocksDB changes beneath. */
  @Override
  public void clearCache() {
    handedOver.incrementAndGet();
    dropTable();
    super.clearCache();
    holder().ifPresent(holder -> holder.gone(name(), context.taskId().partition()));
  }

  /** How often it has turned from an active's into a standby's; by any thread. */
  public int handedOver() {
    return handedOver.get();
  }

  @Override
  public void close() {
    dropTable();
    super.close();
    holder().ifPresent(holder -> holder.gone(name(), context.taskId().partition()));
  }

  private void dropTable() {
    table.clear();
    tableBytes = 0;
    dirtyBytes = 0;
  }

  /**
   * Visits rows in the order of their keys as they are now, but for those that have not been in
   * RocksDB yet. A range would look through the whole table for these; this costs what it visits.
   *
   * @param from first key to visit
   * @param most rows to visit
   * @param visitor must not write to the store
   * @return where to go on from: the last key visited, or the empty key at the end of the store
   */
  Bytes visit(Bytes from, int most, BiConsumer<Bytes, byte[]> visitor) {
    var last = from;
    try (var rows = wrapped().range(from, null)) {
      for (var i = 0; i < most && rows.hasNext(); i++) {
        var below = rows.next();
        last = below.key;
        var above = table.get(last.get());
        var value = above == RowTable.GONE ? below.value : orNull(above);
        if (value != null) {
          visitor.accept(last, value);
        }
      }
      return rows.hasNext() ? last : Bytes.wrap(new byte[0]);
    }
  }

  /** Rows in the table now, clean and dirty. */
  public int tableRows() {
    return table.rows();
  }

  /** The task that holds the store, for logs. */
  @Override
  public String toString() {
    return "RowStore " + name() + (context == null ? "" : " of task " + context.taskId());
  }

  /** Rows in the order of their keys, the table's before RocksDB's. */
  private static final class OverlayIterator implements KeyValueIterator<Bytes, byte[]> {
    private final Iterator<Map.Entry<Bytes, byte[]>> above;
    private final KeyValueIterator<Bytes, byte[]> below;
    private final boolean reverse;
    private Map.Entry<Bytes, byte[]> nextAbove;
    private KeyValue<Bytes, byte[]> next;

    OverlayIterator(
        NavigableMap<Bytes, byte[]> above, KeyValueIterator<Bytes, byte[]> below, boolean reverse) {
      this.above = above.entrySet().iterator();
      this.below = below;
      this.reverse = reverse;
      this.nextAbove = this.above.hasNext() ? this.above.next() : null;
      advance();
    }

    private void advance() {
      next = null;
      while (next == null && (nextAbove != null || below.hasNext())) {
        var order = order();
        if (order <= 0) {
          if (order == 0) {
            below.next();
          }
          if (nextAbove.getValue() != null) {
            next = KeyValue.pair(nextAbove.getKey(), nextAbove.getValue());
          }
          nextAbove = above.hasNext() ? above.next() : null;
        } else {
          next = below.next();
        }
      }
    }

    private int order() {
      if (nextAbove == null) {
        return 1;
      }
      if (!below.hasNext()) {
        return -1;
      }
      var order = nextAbove.getKey().compareTo(below.peekNextKey());
      return reverse ? -order : order;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      var result = next;
      advance();
      return result;
    }

    @Override
    public Bytes peekNextKey() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      return next.key;
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
