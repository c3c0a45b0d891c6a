package io.shopstream.local.process;

/** How long a child process may live. */
public enum Lifetime {
  /** Ends when its parent ends, even if the parent is killed. */
  WITH_PARENT,
  /** Runs on until it is stopped. */
  DETACHED
}
