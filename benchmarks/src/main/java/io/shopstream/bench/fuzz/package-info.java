/** Throws mutated requests and records at a running shop, and looks what breaks. */
package io.shopstream.bench.fuzz;
