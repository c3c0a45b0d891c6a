/** Breaks what can break while the shop is open, and counts afterwards. */
package io.shopstream.bench.chaos;
