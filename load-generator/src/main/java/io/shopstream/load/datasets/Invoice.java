package io.shopstream.load.datasets;

import java.util.List;

/**
 * The goods of one invoice.
 *
 * @param id number of the invoice
 * @param cancellation whether the goods are taken back
 * @param timeMs time of its last line in milliseconds since 1970-01-01 UTC
 * @param customer number of the customer; empty when the file names none
 * @param country name of the country where the customer resides
 * @param lines its goods, at least one, in the order of the file
 */
record Invoice(
    String id,
    boolean cancellation,
    long timeMs,
    String customer,
    String country,
    List<Line> lines) {

  /**
   * One kind of goods.
   *
   * @param ordinal place of the line in the invoice as the file has it, the first is 1; lines left
   *     out count, so that a later change of the rules does not rename the others
   * @param itemId the item
   * @param description name of the item, may be empty
   * @param quantity pieces, 1 or more
   * @param pricePence price of one piece in pence, 1 or more
   */
  record Line(int ordinal, String itemId, String description, int quantity, long pricePence) {}
}
