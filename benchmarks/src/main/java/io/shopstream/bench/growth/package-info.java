/** How speed and memory change as the shop grows, and as time passes. */
package io.shopstream.bench.growth;
