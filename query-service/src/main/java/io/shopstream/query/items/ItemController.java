package io.shopstream.query.items;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Parameters;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Items out. */
@EdgeAnswers
@Controller("/v1")
@Tag(name = "items", description = "The catalogue, and how popular its items are.")
final class ItemController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final int MOST_IDS = 100;
  private static final int MOST_WORDS = 200;

  private final Catalog catalog;
  private final Shelves shelves;
  private final StateClient state;

  ItemController(Catalog catalog, Shelves shelves, StateClient state) {
    this.catalog = catalog;
    this.shelves = shelves;
    this.state = state;
  }

  @Get("/items")
  @Operation(
      summary = "Items of the catalogue",
      description =
          "All of them, the most popular first; those of a category; those whose titles hold the words of q, best first; or those with the ids given, in that order. From memory: what was just published may be missing for a moment.")
  @ApiResponse(responseCode = "200", description = "A part of the list.")
  @ApiResponse(
      responseCode = "400",
      description = "The request breaks a rule; errors names the field.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  ItemList items(
      HttpRequest<?> request,
      @Parameter(
              description =
                  "Only this item; once for each, up to 100. What the catalogue does not know is left out, and the other parameters do not count.")
          @Nullable
          @QueryValue("id")
          List<String> id,
      @Parameter(description = "Only items of this category, at any level.")
          @Nullable
          @QueryValue("category")
          String category,
      @Parameter(description = "Words of the title; the last may be the beginning of one.")
          @Nullable
          @QueryValue("q")
          String q,
      @Parameter(
              description = "How many items, at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "24"))
          @Nullable
          @QueryValue("limit")
          String limit,
      @Parameter(
              description = "How many to pass over; as next_offset says.",
              schema = @Schema(type = "integer", minimum = "0", defaultValue = "0"))
          @Nullable
          @QueryValue("offset")
          String offset) {
    // From the request itself: an id may hold a comma.
    var ids = request.getParameters().getAll("id");
    if (!ids.isEmpty()) {
      if (ids.size() > MOST_IDS) {
        throw ProblemException.invalid("id", "must be given at most " + MOST_IDS + " times");
      }
      return shelves.named(ids.stream().map(each -> Ids.checked("id", each)).toList());
    }
    var most = Parameters.number("limit", limit, 1, 100, 24);
    var from = Parameters.number("offset", offset, 0, Integer.MAX_VALUE - 100, 0);
    if (q != null && !q.isBlank()) {
      if (q.length() > MOST_WORDS) {
        throw ProblemException.invalid("q", "must be at most " + MOST_WORDS + " characters long");
      }
      return shelves.found(q, Optional.ofNullable(category), from, most);
    }
    return category == null ? shelves.all(from, most) : shelves.in(category, from, most);
  }

  @Get("/categories")
  @Operation(
      summary = "Categories of the catalogue",
      description = "Of all levels, with the number of their items, the largest first.")
  @ApiResponse(responseCode = "200", description = "The categories.")
  CategoryList categories() {
    return shelves.categories();
  }

  @Get("/items/{id}")
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
