/** Asks the query service at a constant rate, and takes the time of its answers. */
package io.shopstream.bench.queries;
