package io.shopstream.local.stack;

import io.shopstream.local.Installation;
import io.shopstream.local.process.Lifetime;
import java.nio.file.Path;

/** A launcher in a process of its own, to be killed by a test. */
public final class BackboneMain {

  private BackboneMain() {}

  /**
   * Starts broker and registry, and returns when they are to be left alone, or else stays.
   *
   * @param args folder, port offset, lifetime
   */
  public static void main(String[] args) throws InterruptedException {
    var lifetime = Lifetime.valueOf(args[2]);
    var layout = new StackLayout(Path.of(args[0]), Integer.parseInt(args[1]));
    try (var stack = new LocalStack(Installation.find(), layout, lifetime, line -> {})) {
      stack.startBackbone();
      if (lifetime == Lifetime.DETACHED) {
        stack.detach();
      } else {
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}
