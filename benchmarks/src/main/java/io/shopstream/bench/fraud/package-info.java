/** Measures fraud scores on files of orders, with the classes that serve. */
package io.shopstream.bench.fraud;
