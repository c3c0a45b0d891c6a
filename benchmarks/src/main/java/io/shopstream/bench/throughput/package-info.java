/** Drains clicks through the real topologies, and through others for comparison. */
package io.shopstream.bench.throughput;
