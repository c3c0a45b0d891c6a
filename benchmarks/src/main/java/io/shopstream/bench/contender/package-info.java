/** What a process needs that stands in for streams-app in a measurement. */
package io.shopstream.bench.contender;
