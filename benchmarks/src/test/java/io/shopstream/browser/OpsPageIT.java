package io.shopstream.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.shopstream.endtoend.RunningShop;
import io.shopstream.events.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody sees who runs the shop and opens /ops. */
class OpsPageIT {

  @RegisterExtension static final Chromium CHROMIUM = Chromium.shared();
  @RegisterExtension static final RunningShop SHOP = RunningShop.shared();

  private static final String GROUP = "group-of-the-ops-page-test";
  private static final int CLICKS = 250;
  private static final int PARTITIONS = 6;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final LocatorAssertions.ContainsTextOptions PATIENTLY =
      new LocatorAssertions.ContainsTextOptions().setTimeout(15_000);

  @ParameterizedTest
  @EnumSource(Device.class)
  void shouldShowHowTheShopIs(Device device) throws Exception {
    click(CLICKS);
    try (var visitor = CHROMIUM.visitor(SHOP.url(), device)) {
      var page = visitor.open("/ops");

      assertThat(page.locator("#instance-list tbody tr")).hasCount(5);
      assertThat(page.locator("#instance-list .cell.active").first()).isVisible();
      assertThat(row(page, "#lag-table", "user-profiles")).isVisible();
      assertThat(page.locator("#flow-picture .arrow.flows").first()).isAttached();
      assertThat(page.locator("#decisions")).containsText("approved");
      assertThat(page.locator("#figures")).containsText("1 of 1");
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
          .as("nothing sticks out at the side")
          .isLessThanOrEqualTo(device.width());
      visitor.keepPictures(page, "ops");
      // Before axe, which asks for files that do not exist.
      visitor.assertNothingWentWrong();
      assertThat(visitor.seriousBarriers(page)).isEmpty();
    }
  }

  @Test
  void shouldShowALagThatSomebodyHas() throws Exception {
    try (var admin = Admin.create(SHOP.kafkaClient());
        var visitor = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
      var page = visitor.open("/ops");
      commitEnds(admin);
      click(CLICKS);

      var behind = row(page, "#lag-table", GROUP);
      assertThat(behind).containsText(Integer.toString(CLICKS), PATIENTLY);
      assertThat(page.locator("#concerns"))
          .containsText(Pattern.compile(GROUP + " is 1[0-9] s behind"), PATIENTLY);
      assertThat(page.locator("#verdict")).containsText("to look at");
      visitor.keepPictures(page, "ops-lag");

      commitEnds(admin);
      assertThat(behind.locator("td").nth(3)).containsText(Pattern.compile("^0$"), PATIENTLY);
      assertThat(page.locator("#concerns")).not().containsText(GROUP, PATIENTLY);
      visitor.assertNothingWentWrong();
      admin.deleteConsumerGroups(List.of(GROUP)).all().get();
    }
  }

  @Test
  void shouldBeUsedByKeyboard() {
    try (var visitor = CHROMIUM.visitor(SHOP.url(), Device.DESKTOP)) {
      var page = visitor.open("/ops");
      assertThat(page.locator("#asked")).containsText(Pattern.compile("\\d\\d:\\d\\d:\\d\\d"));

      page.keyboard().press("Tab");
      assertThat(page.locator(".skip")).isFocused();
      page.keyboard().press("Tab");
      assertThat(page.locator("#pause")).isFocused();
      page.keyboard().press("Space");
      assertThat(page.locator("#pause")).hasAttribute("aria-pressed", "true");

      page.locator("#look-back").focus();
      page.keyboard().press("ArrowLeft");
      assertThat(page.locator("#lag-readout"))
          .containsText(Pattern.compile("^\\d\\d:\\d\\d:\\d\\d"));
      page.locator("summary").focus();
      page.keyboard().press("Enter");
      assertThat(row(page, "#flow-table", "clickstream").first()).isVisible();
      visitor.assertNothingWentWrong();
    }
  }

  private static Locator row(Page page, String table, String text) {
    return page.locator(table + " tbody tr", new Page.LocatorOptions().setHasText(text));
  }

  /** A group that has read all there is and reads nothing more. */
  private static void commitEnds(Admin admin) throws InterruptedException, ExecutionException {
    var partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.CLICKSTREAM.name(), partition))
            .toList();
    var ends =
        admin
            .listOffsets(
                partitions.stream()
                    .collect(Collectors.toMap(one -> one, unused -> OffsetSpec.latest())))
            .all()
            .get();
    admin
        .alterConsumerGroupOffsets(
            GROUP,
            ends.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue().offset()))))
        .all()
        .get();
  }

  private static void click(int times) throws IOException, InterruptedException {
    var clicks =
        IntStream.range(0, times)
            .mapToObj(
                i ->
                    "{\"type\":\"VIEW\",\"visitor_id\":\"ops-page-%d\",\"item_id\":\"22423\"}"
                        .formatted(i % 50))
            .collect(Collectors.joining(",", "[", "]"));
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(SHOP.url() + "/v1/events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(clicks))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }
}
