/**
 * The step between the plain topology and the real one: two applications and compact rows, but a
 * record a pair message and Kafka Streams' own cache.
 */
package io.shopstream.bench.throughput.prototype;
