/** The topology that most people would write, to measure against. */
package io.shopstream.bench.throughput.naive;
