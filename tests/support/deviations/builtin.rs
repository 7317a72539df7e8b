//! Row out-of-scope: what Flink's runtime registers by itself in task and operator groups. metra registers nothing by
//! itself, so these are expected absent, and a user's metric of such a name is an ordinary one.

/// Registered in operator and task groups, with a meter `…PerSecond` for each.
const RECORDS_AND_BYTES: [&str; 4] = ["numRecordsIn", "numRecordsOut", "numBytesIn", "numBytesOut"];

/// Registered in task groups besides.
const TASK: [&str; 19] = [
    "numBuffersOut",
    "numBuffersOutPerSecond",
    "numFiredTimers",
    "numFiredTimersPerSecond",
    "initializationTime",
    "mailboxMailsPerSecond",
    "mailboxLatencyMs",
    "mailboxQueueSize",
    "idleTimeMsPerSecond",
    "busyTimeMsPerSecond",
    "backPressuredTimeMsPerSecond",
    "softBackPressuredTimeMsPerSecond",
    "hardBackPressuredTimeMsPerSecond",
    "maxSoftBackPressureTimeMs",
    "maxHardBackPressureTimeMs",
    "changelogBusyTimeMsPerSecond",
    "accumulateBusyTimeMs",
    "accumulateIdleTimeMs",
    "accumulateBackPressuredTimeMs",
];

/// Whether Flink registers a metric `name` by itself in a group of this level (`task` or `operator`; others have none).
pub(crate) fn is_builtin(level: &str, name: &str) -> bool {
    let of_both = || {
        let base = name.strip_suffix("PerSecond").unwrap_or(name);
        RECORDS_AND_BYTES.contains(&base)
    };
    match level {
        "operator" => of_both(),
        "task" => of_both() || TASK.contains(&name),
        _ => false,
    }
}
