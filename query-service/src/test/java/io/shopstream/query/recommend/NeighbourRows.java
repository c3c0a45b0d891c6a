package io.shopstream.query.recommend;

import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRowLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as the item-neighbours store holds them. */
public final class NeighbourRows {

  /** Another item, and what ties it. */
  public record Neighbour(String itemId, double weight, int support) {}

  private NeighbourRows() {}

  /** The row of an item. */
  public static byte[] row(
      long timeMs, double ownWeight, long ownSupport, List<Neighbour> neighbours) {
    var n = neighbours.size();
    var ids = 0;
    for (var each : neighbours) {
      ids += each.itemId().getBytes(StandardCharsets.UTF_8).length;
    }
    var layout = NeighbourRowLayout.wide(n);
    var row = new byte[layout.ids() + ids];
    row[0] = NeighbourRowLayout.VERSION;
    NeighbourRowLayout.putUnsignedShort(row, NeighbourRowLayout.SIZE, n);
    NeighbourRowLayout.putLong(row, NeighbourRowLayout.OWN_SUPPORT, ownSupport);
    NeighbourRowLayout.putLong(row, NeighbourRowLayout.LANDMARK, timeMs);
    NeighbourRowLayout.putLong(row, NeighbourRowLayout.HALF_LIFE, 86_400_000L);
    NeighbourRowLayout.putDouble(row, NeighbourRowLayout.OWN_WEIGHT, ownWeight);
    var end = 0;
    for (var k = 0; k < n; k++) {
      var each = neighbours.get(k);
      var id = each.itemId().getBytes(StandardCharsets.UTF_8);
      NeighbourRowLayout.putDouble(row, layout.weights() + 8 * k, each.weight());
      NeighbourRowLayout.putInt(row, layout.supports() + 4 * k, each.support());
      System.arraycopy(id, 0, row, layout.ids() + end, id.length);
      end += id.length;
      NeighbourRowLayout.putUnsignedShort(row, layout.idEnds() + 2 * k, end);
      row[layout.tags() + k] = (byte) ItemHash.of(id);
    }
    return row;
  }
}
