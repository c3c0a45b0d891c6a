/**
 * How good the recommendations are, measured on sessions of other shops with the very classes that
 * serve: visits, pairs and rows of streams-app, the scorer of query-service.
 */
package io.shopstream.bench.recommendations;
