package io.shopstream.load.datasets;

import io.shopstream.events.CatalogItem;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Listed;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Merges the events of many invoices into one stream in ascending time, and describes each item
 * before the first event that needs it.
 *
 * <p>Invoices come in ascending time and no event is older than its invoice by more than {@link
 * VisitDerivation#LONGEST_VISIT}, so what is held in memory is the events of that time.
 */
final class RetailEventReader implements EventReader {

  private final InvoiceReader invoices;
  private final Refusals refusals;
  private final Map<String, RetailCatalog.Item> catalog;
  private final VisitDerivation derivation;
  private final long shiftMs;

  private final PriorityQueue<Pending> pending = new PriorityQueue<>();
  private final ArrayDeque<ShopEvent> ready = new ArrayDeque<>();
  private final Set<String> listed = new HashSet<>();
  private long sequence;
  private long completeBeforeMs = Long.MIN_VALUE;

  RetailEventReader(
      InvoiceReader invoices,
      Refusals refusals,
      Map<String, RetailCatalog.Item> catalog,
      long shiftMs) {
    this.invoices = invoices;
    this.refusals = refusals;
    this.catalog = catalog;
    this.derivation = new VisitDerivation(shiftMs);
    this.shiftMs = shiftMs;
  }

  @Override
  public Refusals refusals() {
    return refusals;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty()) {
      var oldest = pending.peek();
      if (oldest != null && oldest.timeMs() < completeBeforeMs) {
        pending.remove();
        release(oldest.event());
      } else if (completeBeforeMs == Long.MAX_VALUE) {
        return false;
      } else {
        readInvoice();
      }
    }
    return true;
  }

  @Override
  public ShopEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The data set is at its end");
    }
    return ready.remove();
  }

  private void readInvoice() {
    var next = invoices.next();
    if (next.isEmpty()) {
      completeBeforeMs = Long.MAX_VALUE;
      return;
    }
    var invoice = next.get();
    completeBeforeMs = invoice.timeMs() + shiftMs - VisitDerivation.LONGEST_VISIT.toMillis();
    for (var event : derivation.events(invoice)) {
      pending.add(new Pending(event.timeMs(), sequence++, event));
    }
  }

  private void release(ShopEvent event) {
    if (event instanceof Clicked click) {
      list(click.value().getItemId(), event.timeMs());
    } else if (event instanceof Ordered order) {
      order.value().getLines().forEach(line -> list(line.getItemId(), event.timeMs()));
    }
    ready.add(event);
  }

  private void list(String itemId, long timeMs) {
    if (listed.add(itemId)) {
      var item = catalog.get(itemId);
      ready.add(
          new Listed(
              new CatalogItem(
                  itemId,
                  item.title(),
                  List.of(Departments.of(item.title())),
                  null, // brand
                  item.pricePence(),
                  VisitDerivation.CURRENCY,
                  true,
                  null, // image
                  timeMs)));
    }
  }

  @Override
  public void close() {
    invoices.close();
  }

  /** Events of one time keep the order in which they were derived. */
  private record Pending(long timeMs, long sequence, ShopEvent event)
      implements Comparable<Pending> {
    @Override
    public int compareTo(Pending other) {
      return timeMs != other.timeMs
          ? Long.compare(timeMs, other.timeMs)
          : Long.compare(sequence, other.sequence);
    }
  }
}
