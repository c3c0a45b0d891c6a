package io.shopstream.query.state;

/** Address of the state endpoint of one instance of streams-app. */
record Instance(String host, int port) {

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Instance parse(String address) {
    var colon = address.lastIndexOf(':');
    try {
      if (colon > 0) {
        return new Instance(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "STATE_BOOTSTRAP must be a list of host:port with commas between, not " + address);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
