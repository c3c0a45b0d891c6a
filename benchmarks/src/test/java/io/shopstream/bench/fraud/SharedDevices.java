package io.shopstream.bench.fraud;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes a file of first orders as in public e-commerce fraud data: half of the frauds come from
 * rings, a device and an IP address shared by up to twenty accounts that order a second after
 * signing up; the other half looks like everybody else. Some honest users share a device as well.
 */
final class SharedDevices {
  static final String HEADER =
      "user_id,signup_time,purchase_time,purchase_value,device_id,source,browser,sex,age,ip_address,class";

  private static final LocalDateTime START = LocalDateTime.of(2015, 1, 1, 0, 0);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final List<String> SOURCES = List.of("SEO", "Ads", "Direct");
  private static final List<String> BROWSERS =
      List.of("Chrome", "IE", "Safari", "FireFox", "Opera");

  private final Random random;
  private final List<String> rows = new ArrayList<>();
  private final List<String> devices = new ArrayList<>();

  private SharedDevices(long seed) {
    random = new Random(seed);
  }

  /**
   * @param ringDays the rings work in the first so many of 200 days
   */
  static void write(Path file, int orders, int ringDays, long seed) throws IOException {
    SharedDevices maker = new SharedDevices(seed);
    int ring = orders / 20;
    for (int i = 0; i < orders - ring; i++) {
      maker.ordinary(i < orders / 20);
    }
    while (ring > 0) {
      int size = Math.min(ring, 4 + maker.random.nextInt(17));
      maker.ring(size, ringDays);
      ring -= size;
    }
    Collections.shuffle(maker.rows, maker.random);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(HEADER + "\n");
      for (String row : maker.rows) {
        out.write(row + "\n");
      }
    }
  }

  private void ordinary(boolean fraud) {
    LocalDateTime signup = START.plusSeconds((long) (random.nextDouble() * 100 * 86_400));
    LocalDateTime purchase = signup.plusSeconds(60 + (long) (random.nextDouble() * 100 * 86_400));
    boolean shared = !devices.isEmpty() && random.nextInt(25) == 0;
    String device = shared ? devices.get(random.nextInt(devices.size())) : name();
    devices.add(device);
    row(signup, purchase, device, address(), 5 + random.nextInt(80), fraud);
  }

  private void ring(int size, int ringDays) {
    String device = name();
    String ip = address();
    int value = 5 + random.nextInt(80);
    LocalDateTime signup = START.plusSeconds((long) (random.nextDouble() * ringDays * 86_400));
    for (int i = 0; i < size; i++) {
      row(signup, signup.plusSeconds(1), device, ip, value, true);
      signup = signup.plusSeconds((long) (-1_800 * Math.log(1 - random.nextDouble())));
    }
  }

  private void row(
      LocalDateTime signup,
      LocalDateTime purchase,
      String device,
      String ip,
      int value,
      boolean fraud) {
    rows.add(
        String.join(
            ",",
            Integer.toString(random.nextInt(400_000)),
            TIME.format(signup),
            TIME.format(purchase),
            Integer.toString(value),
            device,
            SOURCES.get(random.nextInt(3)),
            BROWSERS.get(random.nextInt(5)),
            random.nextBoolean() ? "M" : "F",
            Integer.toString(18 + random.nextInt(50)),
            ip,
            fraud ? "1" : "0"));
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < 13; i++) {
      name.append((char) ('A' + random.nextInt(26)));
    }
    return name.toString();
  }

  private String address() {
    return String.format(Locale.ROOT, "%.5f", random.nextDouble() * 4.2e9);
  }
}
