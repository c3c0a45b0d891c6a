package io.shopstream.query.config;

/**
 * Threads for work that nobody waits for, such as counting anew what is trending: on a crowded
 * machine they give way to those who answer, where the JVM is told to pass priorities on ({@code
 * -XX:ThreadPriorityPolicy=1}).
 */
public final class BackgroundThreads {

  private BackgroundThreads() {}

  /** A thread that is still to be started, and does not keep the process alive. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it but how soon answers come
  public static Thread of(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.setDaemon(true);
    return thread;
  }
}
