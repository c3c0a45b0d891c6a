package io.shopstream.load.synthetic;

/** What an order of the synthetic shop truly is. */
public enum FraudKind {
  /** An honest order like most. */
  NONE(false),
  /** Many stolen cards are tried on one device, for small amounts. */
  CARD_TESTING(true),
  /** Somebody else orders with an account that has a past, from a new device to a new address. */
  ACCOUNT_TAKEOVER(true),
  /** One device opens account after account. */
  DEVICE_FARM(true),
  /** One household orders on several accounts and says each time that nothing came. */
  REFUND_ABUSE(true),
  /** Honest, but like card testing: a second card after the first was refused. */
  CARD_RETRIED(false),
  /** Honest, but like a takeover: on a journey, with a new device and another address. */
  TRAVELLER(false),
  /** Honest, but like a farm: a family or a library shares a device. */
  SHARED_DEVICE(false),
  /** Honest, but like refund abuse: several accounts share an address. */
  SHARED_ADDRESS(false);

  private final boolean fraud;

  FraudKind(boolean fraud) {
    this.fraud = fraud;
  }

  /** Whether the order is a fraud. */
  public boolean isFraud() {
    return fraud;
  }
}
