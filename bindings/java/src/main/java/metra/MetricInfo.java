package metra;

import java.util.Map;

/**
 * A metric, spelled as its reader wants it: a reporter with its delimiter and its variables, {@link Registry#collect}
 * with {@code metrics.scope.delimiter} and all variables.
 *
 * @param id a number that no other metric of the registry has or will have
 * @param type its type
 * @param name the name as registered
 * @param identifier scope components and name, joined
 * @param logicalScope names of levels and user groups, joined
 * @param variables sorted by key, keys with angle brackets where metra or Flink gives them: {@code <host>}
 */
public record MetricInfo(
        long id, MetricType type, String name, String identifier, String logicalScope, Map<String, String> variables) {
    /** Called from C, with keys and values by turns. */
    static MetricInfo of(long id, int type, String name, String identifier, String logicalScope, String[] pairs) {
        MetricType metricType = MetricType.values()[type];
        return new MetricInfo(id, metricType, name, identifier, logicalScope, Variables.ofPairs(pairs));
    }
}
