package io.shopstream.streams.runtime;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Which application goes first where more threads are at work than there are cores. The threads of
 * an application have its priority, and so have its producers' and consumers' own; the operating
 * system heeds it where the JVM is told to pass it on ({@code -XX:ThreadPriorityPolicy=1}).
 */
public enum Urgency {
  /** Somebody waits for what comes out, as for an answer to a question. */
  AT_ONCE(Thread.NORM_PRIORITY),

  /** It should be seen within a part of a second, and nobody counts the milliseconds. */
  SOON(3),

  /** It is read where it stands, or not before the next minute. */
  WHEN_THERE_IS_TIME(Thread.MIN_PRIORITY);

  private final int priority;

  Urgency(int priority) {
    this.priority = priority;
  }

  /** A thread that is still to be started, and does not keep the process alive. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it but how soon results come
  public Thread thread(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setPriority(priority);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Makes something whose threads have this urgency. A thread inherits its priority from the one
   * that makes it; one that gave its own up would not get it back, for want of the right to.
   */
  public <T> T make(Supplier<T> maker) {
    var task = new FutureTask<>(maker::get);
    var thread = thread(task, "maker");
    thread.setDaemon(false); // which is inherited, too
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while an application was made", e);
    }
  }
}
