package metra;

/**
 * What a registry survived and counted instead of failing.
 *
 * @param nameCollisions registrations refused because the name belonged to another type
 * @param limits registrations refused by {@code metrics.limit} or {@code metrics.group.limit}
 * @param hiddenVariables variables of inner groups hidden by an outer one of the same name
 * @param equalIdentities metrics that a reporter would have shown under one identity
 * @param gaugeTimeouts gauge readings left out because suppliers were too slow
 * @param gaugeFailures gauge readings without a value because the supplier had none or threw
 * @param inexpressibleValues values that a reporter's format cannot express
 * @param panics panics that were caught in reporters
 */
public record Losses(
        long nameCollisions,
        long limits,
        long hiddenVariables,
        long equalIdentities,
        long gaugeTimeouts,
        long gaugeFailures,
        long inexpressibleValues,
        long panics) {}
