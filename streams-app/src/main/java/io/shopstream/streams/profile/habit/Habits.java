package io.shopstream.streams.profile.habit;

import io.shopstream.events.DeviceKind;
import io.shopstream.events.DeviceShare;
import io.shopstream.streams.profile.row.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * When and with what a user does things: a small histogram each of the hour of the day, the day of
 * the week (both UTC) and the kind of device. A count is a byte; when one of a histogram is full
 * all of it is halved, so what was done lately counts more.
 */
public final class Habits {
  private static final int HOURS = 24;
  private static final int WEEKDAYS = 7;

  /** A row counts kinds by the place here: new ones come at the end. */
  private static final List<DeviceKind> KINDS =
      List.of(DeviceKind.DESKTOP, DeviceKind.MOBILE, DeviceKind.TABLET, DeviceKind.BOT);

  private static final int WEEKDAYS_AT = HOURS;
  private static final int KINDS_AT = HOURS + WEEKDAYS;
  private static final int CELLS = KINDS_AT + KINDS.size();
  private static final int MAX_COUNT = 255;

  private static final int MAX_DEVICES = 4;
  private static final long HOUR_MS = 3_600_000;

  /** 1970-01-01 was a Thursday; weeks begin on Monday. */
  private static final int WEEKDAY_OF_DAY_0 = 3;

  private final byte[] cells = new byte[CELLS];
  private long[] devices = new long[0];

  /** The user did something at this time, in milliseconds since 1970-01-01 UTC. */
  public void active(long timeMs) {
    var hours = Math.floorDiv(timeMs, HOUR_MS);
    count((int) Math.floorMod(hours, (long) HOURS), 1);
    var days = Math.floorDiv(hours, HOURS);
    count(WEEKDAYS_AT + (int) Math.floorMod(days + WEEKDAY_OF_DAY_0, (long) WEEKDAYS), 1);
  }

  /** With a browser that names itself so; null when it is not known. */
  public void browsed(String userAgent) {
    if (userAgent != null) {
      count(KINDS_AT + KINDS.indexOf(kind(userAgent)), 1);
    }
  }

  /**
   * With a device of its own id. Remembers the last four, the one used last at the end.
   *
   * @param device 64-bit hash of its id
   */
  public void used(long device) {
    var others = Arrays.stream(devices).filter(known -> known != device).toArray();
    int from = Math.max(0, others.length - MAX_DEVICES + 1);
    var next = Arrays.copyOfRange(others, from, others.length + 1);
    next[next.length - 1] = device;
    devices = next;
  }

  private static DeviceKind kind(String userAgent) {
    if (userAgent.contains("bot") || userAgent.contains("Bot") || userAgent.contains("crawl")) {
      return DeviceKind.BOT;
    }
    if (userAgent.contains("iPad") || userAgent.contains("Tablet")) {
      return DeviceKind.TABLET;
    }
    // What browsers put into the header on phones, by Mozilla's advice; Android alone is a tablet.
    if (userAgent.contains("Mobi")) {
      return DeviceKind.MOBILE;
    }
    return userAgent.contains("Android") ? DeviceKind.TABLET : DeviceKind.DESKTOP;
  }

  private void count(int cell, int times) {
    int sum = (cells[cell] & 0xFF) + times;
    while (sum > MAX_COUNT) {
      int from = cell < WEEKDAYS_AT ? 0 : cell < KINDS_AT ? WEEKDAYS_AT : KINDS_AT;
      int to = cell < WEEKDAYS_AT ? WEEKDAYS_AT : cell < KINDS_AT ? KINDS_AT : CELLS;
      for (int i = from; i < to; i++) {
        cells[i] = (byte) ((cells[i] & 0xFF) / 2);
      }
      sum /= 2;
    }
    cells[cell] = (byte) sum;
  }

  /** Takes over what is known of another, who turned out to be the same person. */
  public void addAll(Habits other) {
    for (int cell = 0; cell < CELLS; cell++) {
      count(cell, other.cells[cell] & 0xFF);
    }
    for (var device : other.devices) {
      used(device);
    }
  }

  /** Share of each hour of the day; empty when nothing is known. */
  public List<Double> hours() {
    return shares(0, HOURS);
  }

  /** Share of each day of the week, Monday first; empty when nothing is known. */
  public List<Double> weekdays() {
    return shares(WEEKDAYS_AT, WEEKDAYS);
  }

  /** Kinds of devices, most used first. */
  public List<DeviceShare> kinds() {
    var shares = shares(KINDS_AT, KINDS.size());
    var kinds = new ArrayList<DeviceShare>();
    for (int i = 0; i < shares.size(); i++) {
      if (shares.get(i) > 0) {
        kinds.add(new DeviceShare(KINDS.get(i), shares.get(i)));
      }
    }
    kinds.sort(Comparator.comparingDouble(DeviceShare::getShare).reversed());
    return kinds;
  }

  private List<Double> shares(int from, int count) {
    int sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += cells[i] & 0xFF;
    }
    var shares = new ArrayList<Double>();
    for (int i = from; i < from + count && sum > 0; i++) {
      shares.add((cells[i] & 0xFF) / (double) sum);
    }
    return shares;
  }

  /** Device ids remembered, 4 at most. */
  public int devices() {
    return devices.length;
  }

  /** Bytes that {@link #write} takes at most. */
  public int bytes() {
    return 5 + CELLS + 1 + devices.length * Long.BYTES;
  }

  /** Writes only the cells that hold something. */
  public void write(ByteBuffer out) {
    long used = 0;
    for (int i = 0; i < CELLS; i++) {
      if (cells[i] != 0) {
        used |= 1L << i;
      }
    }
    Varint.put(out, used);
    for (int i = 0; i < CELLS; i++) {
      if (cells[i] != 0) {
        out.put(cells[i]);
      }
    }
    out.put((byte) devices.length);
    for (var device : devices) {
      out.putLong(device);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Habits read(ByteBuffer in) {
    var habits = new Habits();
    long used = Varint.get(in);
    for (int i = 0; i < CELLS; i++) {
      if ((used & 1L << i) != 0) {
        habits.cells[i] = in.get();
      }
    }
    habits.devices = new long[in.get()];
    for (int i = 0; i < habits.devices.length; i++) {
      habits.devices[i] = in.getLong();
    }
    return habits;
  }
}
