package io.shopstream.query.items;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Items out. */
@EdgeAnswers
@Controller("/v1/items")
@Tag(name = "items", description = "The catalogue, and how popular its items are.")
final class ItemController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Catalog catalog;
  private final StateClient state;

  ItemController(Catalog catalog, StateClient state) {
    this.catalog = catalog;
    this.state = state;
  }

  @Get("/{id}")
  @Operation(
      summary = "An item",
      description = "What the catalogue says of it, and how many visits and orders held it.")
  @ApiResponse(responseCode = "200", description = "The item.")
  @ApiResponse(
      responseCode = "404",
      description = "Neither the catalogue nor anybody's visit knows it.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ItemAnswer> item(@PathVariable String id) {
    var item = catalog.item(Ids.checked("id", id)).orElse(null);
    return state
        .read(StateStore.ITEM_POPULARITY, List.of(StateStore.key(id)))
        .thenApply(
            rows -> {
              var popularity =
                  rows.get(0) instanceof StateRow.Found found
                      ? AvroBinary.decode(found.bytes(), ItemPopularity.class)
                      : null;
              if (item == null && rows.get(0) instanceof StateRow.Unavailable) {
                throw ProblemException.unavailable(
                    "No instance of streams-app that knows the item answers just now.",
                    RETRY_AFTER);
              }
              if (item == null && popularity == null) {
                throw ProblemException.notFound(
                    "Neither the catalogue nor any visit knows the item " + id + ".");
              }
              return answer(id, item, popularity, ReadState.of(rows));
            });
  }

  private static ItemAnswer answer(
      String id, @Nullable Item item, @Nullable ItemPopularity popularity, ReadState state) {
    var viewed = popularity == null ? 0 : popularity.getViewedSupport();
    var bought = popularity == null ? 0 : popularity.getBoughtSupport();
    return item == null
        ? new ItemAnswer(id, null, null, null, null, null, null, null, null, viewed, bought, state)
        : new ItemAnswer(
            id,
            item.title(),
            item.categoryPath(),
            item.brand(),
            item.priceMinor(),
            item.currency(),
            item.available(),
            item.imageUrl(),
            Instant.ofEpochMilli(item.updatedTimeMs()),
            viewed,
            bought,
            state);
  }
}
