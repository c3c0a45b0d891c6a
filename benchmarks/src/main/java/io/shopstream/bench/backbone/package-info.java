/** The broker, the registry and the load that a bench runs on. */
package io.shopstream.bench.backbone;
