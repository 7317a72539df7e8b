package metra;

import java.util.Map;

/** What a group is called: its scope and its variables. */
final class Identity {
    private Identity() {}

    static Map<String, String> variables(long group) {
        return Variables.of(variableKeys(group), variableValues(group));
    }

    static String identifier(long group, String name, IdentityOptions options) {
        if (name == null) {
            throw new MetraException(Status.NULL_ARGUMENT, "name is null");
        }
        return spell(group, name, options);
    }

    static String logicalScope(long group, IdentityOptions options) {
        return spell(group, null, options);
    }

    private static String spell(long group, String name, IdentityOptions options) {
        String[] texts = {name, options.reporterDelimiter(), options.logicalDelimiter()};
        return spell(group, texts, options.filter());
    }

    static native String[] scopeComponents(long group);

    static native String identifier(long group, String name);

    private static native String[] variableKeys(long group);

    private static native String[] variableValues(long group);

    /** Spells a name, or without one the group's logical scope. */
    private static native String spell(long group, String[] texts, java.util.function.Function<String, String> filter);
}
