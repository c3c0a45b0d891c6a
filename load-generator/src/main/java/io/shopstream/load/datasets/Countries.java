package io.shopstream.load.datasets;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Codes of the countries that the Online Retail file names. */
final class Countries {

  private static final Map<String, String> CODES = codes();

  private Countries() {}

  /**
   * ISO 3166 alpha-2 code of an English name; empty for what is no country («Unspecified»,
   * «European Community», «Channel Islands»).
   */
  static Optional<String> alpha2(String name) {
    return Optional.ofNullable(CODES.get(name));
  }

  private static Map<String, String> codes() {
    var codes = new HashMap<String, String>();
    for (var code : Locale.getISOCountries()) {
      codes.put(new Locale("", code).getDisplayCountry(Locale.ENGLISH), code);
    }
    codes.put("EIRE", "IE");
    codes.put("USA", "US");
    codes.put("RSA", "ZA");
    codes.put("Hong Kong", "HK");
    codes.put("Czech Republic", "CZ");
    return Map.copyOf(codes);
  }
}
