package io.shopstream.streams.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
 * a thousand times between two commits is written to the changelog once, and to RocksDB when the
 * table needs room, half a minute later, or when the task is handed over; queries see every change
 * at once.
 *
 * <p>Kafka Streams' own caching store holds a lock while a commit writes its dirty rows, so that
 * readers wait for the flush; here readers never wait. The rules that make this safe:
 *
 * <ul>
 *   <li>one thread writes (the task's), any number read;
 *   <li>a row is never changed where it stands, and everybody gets a copy;
 *   <li>a dirty row leaves the table only after it is in RocksDB;
 *   <li>what is not logged belongs to the open transaction: it is logged before that commits;
 *   <li>RocksDB may lag behind the changelog as long as the task runs, and never when Kafka Streams
 *       notes down how far it is ({@link #commit}). Exactly once, it does so when it closes the
 *       task or hands it over; a task that ends otherwise loses its RocksDB, and is restored from
 *       the changelog.
 * </ul>
 *
 * <p>It is no {@code KeyValueStore}, because Kafka Streams hands those to processors in a wrapper
 * that hides {@link #getForUpdate}; it answers interactive queries by key, and no others.
 *
 * <p>Memory is bounded: above {@code tableBytes} the rows used longest ago leave, and three
 * quarters of it may be rows that RocksDB has not; above {@code unloggedBytes} the rows that
 * changed first are logged before the commit, which also bounds what a commit has to send.
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

  /** Rows that are written to RocksDB at a time: one call for many costs less than many calls. */
  private static final int ROWS_A_BATCH = 256;

  /**
   * Part of the table that may be rows that RocksDB has not, above it they are written. Were all of
   * them, none could leave before some are written, and each would be looked at.
   */
  private static final double DIRTY_PART = 0.75;

  /** What was dirty so long ago is written, a batch a commit. */
  private static final long LONGEST_DIRTY_MS = 30_000;

  private static final Bytes PULSE = Bytes.wrap(new byte[] {(byte) 0xFF});

  private final long maxTableBytes;
  private final long maxDirtyBytes;
  private final long maxUnloggedBytes;
  private final LongSupplier clockMs;
  private final KeyValueStore<Bytes, byte[]> beneath;
  private final RowTable table;
  // Owned by the writing thread.
  private final int[] batch = new int[ROWS_A_BATCH];
  private long tableBytes;
  private long dirtyBytes;
  private long unloggedBytes;
  private long roundMs;
  private int leftOfRound;
  private boolean isLookedBeneath;
  // Whether every row there is stands in the table. Set by the writing thread.
  private volatile boolean isComplete;
  private final AtomicInteger handedOver = new AtomicInteger();
  private InternalProcessorContext<?, ?> context;

  /**
   * Puts a table in front.
   *
   * @param logged Kafka Streams' store with its changelog
   * @param written whether a commit writes its rows to RocksDB as well
   * @param clockMs tells how long rows have been dirty
   */
  RowStore(
      KeyValueStore<Bytes, byte[]> logged,
      long maxTableBytes,
      long maxUnloggedBytes,
      boolean written,
      LongSupplier clockMs) {
    super(logged);
    this.clockMs = clockMs;
    this.roundMs = clockMs.getAsLong();
    this.maxTableBytes = maxTableBytes;
    this.table = new RowTable(maxTableBytes);
    this.maxDirtyBytes = written ? 0 : (long) (DIRTY_PART * maxTableBytes);
    this.maxUnloggedBytes = maxUnloggedBytes;
    this.beneath = beneath(logged);
  }

  /** RocksDB without its changelog. */
  @SuppressWarnings("unchecked") // it is what the builder made
  private static KeyValueStore<Bytes, byte[]> beneath(StateStore logged) {
    var inner = logged;
    while (inner instanceof WrappedStateStore<?, ?, ?> wrapper) {
      inner = wrapper.wrapped();
    }
    return (KeyValueStore<Bytes, byte[]>) inner;
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
    return value == RowTable.GONE ? getBeneath(key) : orNull(value);
  }

  /** What is beneath of a key that is not in the table. */
  private byte[] getBeneath(Bytes key) {
    // Looked at after the table: were the row to leave it, this would have changed before.
    return isComplete ? null : beneath.get(key);
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
    return QueryResult.forUnknownQueryType(query, this);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return overlay(dirtyRows(between(from, to)), wrapped().range(from, to), false);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return overlay(dirtyRows(between(from, to)), wrapped().reverseRange(from, to), true);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return overlay(dirtyRows(RowLog.Keys.ALL), wrapped().all(), false);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseAll() {
    return overlay(dirtyRows(RowLog.Keys.ALL), wrapped().reverseAll(), true);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S serializer) {
    var start = serializer.serialize(null, prefix);
    return overlay(
        dirtyRows(beginningWith(start)), wrapped().prefixScan(prefix, serializer), false);
  }

  @Override
  public long approximateNumEntries() {
    return wrapped().approximateNumEntries();
  }

  private NavigableMap<Bytes, byte[]> dirtyRows(RowLog.Keys wanted) {
    var rows = new TreeMap<Bytes, byte[]>();
    for (var row : table.dirtyRows(wanted)) {
      // Tombstones are kept: they hide the row beneath.
      rows.put(Bytes.wrap(row.key()), orNull(row.value()));
    }
    return rows;
  }

  /** Keys of a range, both ends included; null: without an end. */
  private static RowLog.Keys between(Bytes fromOrNull, Bytes toOrNull) {
    return (page, from, to) ->
        (fromOrNull == null || compare(page, from, to, fromOrNull.get()) >= 0)
            && (toOrNull == null || compare(page, from, to, toOrNull.get()) <= 0);
  }

  private static int compare(byte[] page, int from, int to, byte[] key) {
    return Arrays.compareUnsigned(page, from, to, key, 0, key.length);
  }

  private static RowLog.Keys beginningWith(byte[] start) {
    return (page, from, to) ->
        to - from >= start.length
            && Arrays.equals(page, from, from + start.length, start, 0, start.length);
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
    lookBeneath();
    var slot = table.find(key.get());
    if (slot == RowTable.NOWHERE) {
      var value = getBeneath(key);
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
    lookBeneath();
    var written = value == null ? RowTable.ABSENT : value;
    var slot = table.find(key.get());
    if (slot == RowTable.NOWHERE) {
      slot = table.addDirty(key.get(), written);
    } else {
      tableBytes -= bytes(slot);
      dirtyBytes -= table.isDirty(slot) ? bytes(slot) : 0;
      unloggedBytes -= table.isUnlogged(slot) ? table.length(slot) : 0;
      table.setDirty(slot);
      table.replace(slot, written);
      table.use(slot);
    }
    tableBytes += bytes(slot);
    dirtyBytes += bytes(slot);
    unloggedBytes += table.length(slot);
    while (unloggedBytes > maxUnloggedBytes) {
      log(table.longestUnlogged());
    }
    evict(slot);
  }

  /**
   * A store that begins with nothing, a shop's first or one that is built anew, has every row in
   * the table until the first one leaves it, and RocksDB need not be asked for what is new. Whether
   * it does is known when the changelog was restored, so at the first row.
   */
  private void lookBeneath() {
    if (isLookedBeneath) {
      return;
    }
    isLookedBeneath = true;
    try (var rows = beneath.all()) {
      isComplete = !rows.hasNext();
    }
  }

  /** Memory that a row takes. */
  private long bytes(int slot) {
    // The log may hold half as much again in forgotten rows.
    var row = table.length(slot);
    return (long) RowTable.ROW_OVERHEAD_BYTES + row + row / 2;
  }

  /** Makes room; the row in hand stays, even when it alone is larger than the table may be. */
  private void evict(int inHand) {
    while (tableBytes > maxTableBytes) {
      var slot = table.leastUsed(inHand);
      if (slot != RowTable.NOWHERE) {
        if (isComplete && !table.isAbsent(slot)) {
          isComplete = false;
        }
        remove(slot);
      } else if (!writeBatch(ROWS_A_BATCH)) {
        return;
      }
    }
  }

  /** Sends a row to the changelog; one that came and went since leaves no trace there. */
  private void log(int slot) {
    unloggedBytes -= table.length(slot);
    if (!table.isAbsent(slot) || !table.isNothingLogged(slot)) {
      context.logChange(
          name(),
          Bytes.wrap(table.key(slot)),
          orNull(table.value(slot)),
          context.recordContext().timestamp(),
          new RecordHeaders(),
          beneath.getPosition());
    }
    table.setLogged(slot);
    if (table.isAbsent(slot) && table.isNothingBelow(slot)) {
      // It came and went, and RocksDB never hears of it.
      written(slot);
    }
  }

  /**
   * Writes the rows to RocksDB that have been dirty for longest.
   *
   * @return whether there were any
   */
  private boolean writeBatch(int most) {
    var size = table.longestDirty(batch, most);
    var rows = new ArrayList<KeyValue<Bytes, byte[]>>(size);
    for (var i = 0; i < size; i++) {
      if (table.isUnlogged(batch[i])) {
        log(batch[i]);
      }
      if (table.isDirty(batch[i])) {
        rows.add(KeyValue.pair(Bytes.wrap(table.key(batch[i])), orNull(table.value(batch[i]))));
      }
    }
    if (!rows.isEmpty()) {
      beneath.putAll(rows);
    }
    for (var i = 0; i < size; i++) {
      if (table.isDirty(batch[i])) {
        written(batch[i]);
      }
    }
    return size > 0;
  }

  private void written(int slot) {
    dirtyBytes -= bytes(slot);
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

  /** Called by Kafka Streams before each commit: what changed goes into the transaction. */
  @Override
  public void flushCache() {
    if (unloggedBytes > 0) {
      FlushContext.ensureRecordContext(context);
    }
    for (var slot = table.longestUnlogged();
        slot != RowTable.NOWHERE;
        slot = table.longestUnlogged()) {
      log(slot);
    }
    writeAbove(maxDirtyBytes);
    writeWhatIsOld();
    super.flushCache();
  }

  /** Every so often what is dirty then is written, a part of it with each commit. */
  private void writeWhatIsOld() {
    var nowMs = clockMs.getAsLong();
    if (nowMs - roundMs > LONGEST_DIRTY_MS) {
      roundMs = nowMs;
      leftOfRound = table.queuedDirty();
    }
    var before = table.queuedDirty();
    if (leftOfRound > 0 && writeBatch(Math.min(leftOfRound, ROWS_A_BATCH))) {
      leftOfRound -= before - table.queuedDirty();
    } else {
      leftOfRound = 0;
    }
  }

  /** Called by Kafka Streams when it notes down how much of the changelog RocksDB holds: all. */
  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    writeAbove(0);
    super.commit(changelogOffsets);
  }

  /** Writes to RocksDB until no more than so many bytes are dirty. */
  private void writeAbove(long bytes) {
    var more = true;
    while (more && dirtyBytes > bytes) {
      more = writeBatch(ROWS_A_BATCH);
    }
  }

  /** Called when the task turns from active to standby: from now on RocksDB changes beneath. */
  @Override
  public void clearCache() {
    handedOver.incrementAndGet();
    writeAbove(0);
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
    isComplete = false;
    isLookedBeneath = false;
    table.clear();
    tableBytes = 0;
    dirtyBytes = 0;
    unloggedBytes = 0;
    leftOfRound = 0;
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
