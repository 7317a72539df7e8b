package metra;

import java.util.function.UnaryOperator;

/**
 * How identifiers and logical scopes are spelled. All null: as the group itself spells them.
 *
 * @param reporterDelimiter a reporter's delimiter: it joins, and inside names it is replaced by {@code _}, or by
 *     {@code -} where it is {@code _} itself; null: {@code metrics.scope.delimiter} joins, names stay as they are
 * @param logicalDelimiter joins logical scopes in place of the delimiter; null: the delimiter does
 * @param filter applied to every component and name, in logical scopes only to names of user groups; or null
 */
public record IdentityOptions(String reporterDelimiter, String logicalDelimiter, UnaryOperator<String> filter) {}
