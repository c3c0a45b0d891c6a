package io.shopstream.load.datasets;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which lines of the Online Retail file are goods sold or taken back. */
final class InvoiceLineRules {

  /** Five digits, perhaps with letters for the variant; DCGS are the shop's own party goods. */
  private static final Pattern GOODS = Pattern.compile("\\d{5}[A-Z]{0,2}|DCGS[A-Z0-9]+");

  /** Numbered like goods: next-day carriage, a gift voucher, an image file. */
  private static final Set<String> SERVICES = Set.of("23444", "22016", "23702");

  private InvoiceLineRules() {}

  /** The rule that a line breaks, if any; the first in this order counts. */
  static Optional<RefusalReason> brokenBy(InvoiceLine line) {
    if (!GOODS.matcher(line.itemId()).matches() || SERVICES.contains(line.itemId())) {
      return Optional.of(RefusalReason.NOT_GOODS);
    }
    if (line.quantity() == 0 || line.quantity() < 0 != line.isCancellation()) {
      return Optional.of(RefusalReason.STOCK_ADJUSTMENT);
    }
    if (line.pricePence() <= 0) {
      return Optional.of(RefusalReason.NO_PRICE);
    }
    return Optional.empty();
  }
}
