package io.shopstream.streams.runtime;

/**
 * How one application runs.
 *
 * @param threads stream threads, 1 or more
 * @param commitIntervalMs time between commits, in milliseconds
 */
public record Tuning(int threads, long commitIntervalMs) {}
