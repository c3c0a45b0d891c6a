package io.shopstream.streams.fraud.features;

import java.util.Arrays;

/**
 * Counters by cell of the clock, only the cells that are not empty, oldest first. Two sums and a
 * maximum a cell.
 */
final class CellRing {
  private final long cellMs;
  private final int cells;
  private int size;
  private long[] index;
  private long[] first;
  private long[] second;
  private long[] max;

  CellRing(long cellMs, int cells) {
    this.cellMs = cellMs;
    this.cells = cells;
    allocate(4);
  }

  private void allocate(int capacity) {
    index = new long[capacity];
    first = new long[capacity];
    second = new long[capacity];
    max = new long[capacity];
  }

  /** Forgets all cells. */
  void clear() {
    size = 0;
  }

  /** Forgets the cells that no window that ends at the clock can see any more. */
  void forget(long clockMs) {
    long oldest = clockMs / cellMs - cells + 1;
    int gone = 0;
    while (gone < size && index[gone] < oldest) {
      gone++;
    }
    if (gone > 0) {
      size -= gone;
      System.arraycopy(index, gone, index, 0, size);
      System.arraycopy(first, gone, first, 0, size);
      System.arraycopy(second, gone, second, 0, size);
      System.arraycopy(max, gone, max, 0, size);
    }
  }

  void add(long timeMs, long clockMs, long addFirst, long addSecond) {
    long cell = timeMs / cellMs;
    if (cell <= clockMs / cellMs - cells) {
      return;
    }
    int at = size;
    while (at > 0 && index[at - 1] > cell) {
      at--;
    }
    if (at == 0 || index[at - 1] != cell) {
      insert(at, cell);
    } else {
      at--;
    }
    first[at] += addFirst;
    second[at] += addSecond;
    max[at] = Math.max(max[at], addSecond);
  }

  private void insert(int at, long cell) {
    if (size == index.length) {
      int capacity = Math.min(size * 2, Math.max(size + 1, cells));
      index = Arrays.copyOf(index, capacity);
      first = Arrays.copyOf(first, capacity);
      second = Arrays.copyOf(second, capacity);
      max = Arrays.copyOf(max, capacity);
    }
    System.arraycopy(index, at, index, at + 1, size - at);
    System.arraycopy(first, at, first, at + 1, size - at);
    System.arraycopy(second, at, second, at + 1, size - at);
    System.arraycopy(max, at, max, at + 1, size - at);
    index[at] = cell;
    first[at] = 0;
    second[at] = 0;
    max[at] = 0;
    size++;
  }

  private int from(long clockMs, int lastCells) {
    long oldest = clockMs / cellMs - lastCells + 1;
    int at = size;
    while (at > 0 && index[at - 1] >= oldest) {
      at--;
    }
    return at;
  }

  long sumFirst(long clockMs, Window window) {
    long sum = 0;
    for (int i = from(clockMs, window.cells()); i < size; i++) {
      sum += first[i];
    }
    return sum;
  }

  long sumSecond(long clockMs, Window window) {
    return sumSecondOfCells(clockMs, window.cells());
  }

  long sumSecondOfCells(long clockMs, int lastCells) {
    long sum = 0;
    for (int i = from(clockMs, lastCells); i < size; i++) {
      sum += second[i];
    }
    return sum;
  }

  long maxSecond(long clockMs, Window window) {
    long result = 0;
    for (int i = from(clockMs, window.cells()); i < size; i++) {
      result = Math.max(result, max[i]);
    }
    return result;
  }

  /**
   * @param withMax whether the maximum is kept in the binary value
   */
  void write(ByteWriter out, boolean withMax) {
    out.putVarint(size);
    long previous = 0;
    for (int i = 0; i < size; i++) {
      out.putVarint(index[i] - previous);
      previous = index[i];
      out.putVarint(first[i]);
      out.putVarint(second[i]);
      if (withMax) {
        out.putVarint(max[i]);
      }
    }
  }

  void read(ByteReader in, boolean withMax) {
    size = in.getCount();
    if (size > index.length) {
      allocate(size + 1);
    }
    long previous = 0;
    for (int i = 0; i < size; i++) {
      previous += in.getVarint();
      index[i] = previous;
      first[i] = in.getVarint();
      second[i] = in.getVarint();
      max[i] = withMax ? in.getVarint() : 0;
    }
  }
}
