/** What those who run the shop watch: how far behind each consumer is. */
package io.shopstream.query.ops;
