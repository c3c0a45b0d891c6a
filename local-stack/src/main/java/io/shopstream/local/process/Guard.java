package io.shopstream.local.process;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of every child process: runs another main class and sees to it that the child
 * neither outlives its parent nor is stopped out of turn.
 *
 * <ul>
 *   <li>A child {@linkplain Lifetime#WITH_PARENT bound to its parent} looks twice a second whether
 *       that is still its parent. A process whose parent has ended, however it ended, is given
 *       another one; the child then shuts down, at the latest after {@value #HALT_AFTER_SECONDS}
 *       seconds.
 *   <li>Ctrl-C reaches the whole process group of a terminal, so a child ignores SIGINT and SIGHUP:
 *       the parent stops its children in order, by SIGTERM.
 * </ul>
 *
 * <p>It uses nothing but the JDK, because it runs on the class path of other programs.
 */
public final class Guard {

  private static final int HALT_AFTER_SECONDS = 20;

  private Guard() {}

  /**
   * Runs another main class.
   *
   * @param args name of a {@link Lifetime}, process id of the parent, main class to run, its
   *     arguments
   */
  public static void main(String[] args) throws Throwable {
    ignore("INT");
    ignore("HUP");
    if (Lifetime.valueOf(args[0]) == Lifetime.WITH_PARENT) {
      var parent = Long.parseLong(args[1]);
      daemon("parent-watch", () -> exitWhenGone(parent));
    }
    try {
      Class.forName(args[2])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 3, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void exitWhenGone(long parent) {
    while (ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L) == parent) {
      pause(500);
    }
    // Shutdown hooks may wait for a process that is gone too.
    daemon("halt", Guard::haltLater);
    System.exit(143);
  }

  private static void haltLater() {
    pause(HALT_AFTER_SECONDS * 1000L);
    Runtime.getRuntime().halt(143);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(String name, Runnable task) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** By reflection, because the compiler cannot be told that the one signal API is wanted here. */
  private static void ignore(String signal) {
    try {
      var signalClass = Class.forName("sun.misc.Signal");
      var handlerClass = Class.forName("sun.misc.SignalHandler");
      signalClass
          .getMethod("handle", signalClass, handlerClass)
          .invoke(
              null,
              signalClass.getConstructor(String.class).newInstance(signal),
              handlerClass.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException e) {
      // A platform without this signal has no Ctrl-C that reaches a child either.
      System.err.println("SIG" + signal + " cannot be ignored: " + e);
    }
  }
}
