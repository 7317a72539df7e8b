package metra;

/**
 * One attempt of a subtask. It is looked up by its attempt id. What is absent (null or empty) prints {@code null} in
 * scopes and is no variable.
 *
 * @param taskId the job vertex's id, lower-case hex
 * @param taskName the job vertex's name
 * @param attemptId in Flink {@code <execution graph id>_<task id>_<subtask index>_<attempt number>}
 * @param subtaskIndex counted from zero
 * @param attemptNumber counted from zero
 */
public record TaskInfo(String taskId, String taskName, String attemptId, int subtaskIndex, int attemptNumber) {}
