/** The arithmetic of lag: plain Java, without Kafka. */
package io.shopstream.query.ops.lag;
