/**
 * A model of fraud that learns from outcomes as they arrive: what is thought before the first
 * outcome, boosted trees fitted again and again to a bounded sample of labelled orders, a
 * calibration that follows every outcome. Pure maths, deterministic.
 */
package io.shopstream.streams.fraud.model;
