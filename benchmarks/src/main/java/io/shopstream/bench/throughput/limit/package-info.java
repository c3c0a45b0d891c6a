/** What no topology can beat: reading the clicks and nothing else. */
package io.shopstream.bench.throughput.limit;
