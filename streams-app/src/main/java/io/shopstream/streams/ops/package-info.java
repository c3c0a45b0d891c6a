/** What the instance tells of itself to those who run it: as metrics, and as a report. */
package io.shopstream.streams.ops;
