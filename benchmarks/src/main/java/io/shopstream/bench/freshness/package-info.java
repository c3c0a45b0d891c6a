/** How soon an event is seen in an answer: the whole stack over HTTP, while other events flow. */
package io.shopstream.bench.freshness;
