package io.shopstream.bench.rows;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder while compiling. */
@Command(name = "rows", mixinStandardHelpOptions = true)
public final class RowsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
