/** Measures fraud scores on the running stack: how fast they come, and which frauds they find. */
package io.shopstream.bench.fraud.live;
