/** What those who run the shop watch: lag, instances, flow, dead letters, the review queue. */
package io.shopstream.query.ops;
