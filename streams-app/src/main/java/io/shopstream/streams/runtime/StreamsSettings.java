package io.shopstream.streams.runtime;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;

/**
 * What all applications of this process share.
 *
 * @param applications that this instance runs, by application id; empty for all of them
 * @param generation what is added to the application ids, to build state anew beside the old; empty
 *     for nothing
 * @param stateDir folder of the stores; each instance has its own
 * @param advertisedHost how other processes reach this instance
 * @param advertisedPort at which they reach it; 0 for the port of the server
 * @param standbyReplicas copies of every store that other instances keep, 0 or more
 * @param rocksdbMemoryMb native memory of all stores together, in mebibytes
 * @param changelogLag after which the broker closes a segment of a changelog that holds what
 *     belongs to persons, and again until it compacts it: what was erased is gone after twice this
 *     time
 */
@ConfigurationProperties("streams")
public record StreamsSettings(
    @NotNull List<String> applications,
    @NotNull @Pattern(regexp = "[a-z0-9]{0,20}") String generation,
    @NotBlank String stateDir,
    @NotBlank String advertisedHost,
    @Min(0) @Max(65_535) int advertisedPort,
    @Min(0) int standbyReplicas,
    @Min(16) int rocksdbMemoryMb,
    @NotNull Duration changelogLag) {

  /** The id under which an application runs here: its group, its changelogs and its folder. */
  public String id(String application) {
    return generation.isEmpty() ? application : application + "-" + generation;
  }
}
