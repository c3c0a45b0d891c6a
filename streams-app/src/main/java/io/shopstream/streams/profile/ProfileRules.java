package io.shopstream.streams.profile;

import io.shopstream.streams.profile.value.PurchaseRhythm;
import io.shopstream.streams.profile.value.Rfm;
import java.time.Duration;

/**
 * How scores and risks are found from what is kept.
 *
 * @param rfm bounds of scores and stages
 * @param customers what the shop's customers have in common, fitted to its orders
 * @param horizon the churn risk is that of no order within this time
 */
public record ProfileRules(Rfm rfm, PurchaseRhythm.Customers customers, Duration horizon) {}
