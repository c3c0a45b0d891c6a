package io.shopstream.browser;

/** What a page is looked at with. */
public enum Device {
  PHONE(390, 844, true),
  DESKTOP(1280, 900, false);

  private final int width;
  private final int height;
  private final boolean touch;

  Device(int width, int height, boolean touch) {
    this.width = width;
    this.height = height;
    this.touch = touch;
  }

  /** In CSS pixels. */
  int width() {
    return width;
  }

  /** In CSS pixels. */
  int height() {
    return height;
  }

  boolean touch() {
    return touch;
  }
}
