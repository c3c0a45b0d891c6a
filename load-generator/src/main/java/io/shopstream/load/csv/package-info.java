/** Any shop's CSV files as events, by a mapping file. */
package io.shopstream.load.csv;
