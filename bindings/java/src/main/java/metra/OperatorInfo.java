package metra;

import java.util.Map;

/**
 * An operator. It is looked up by id and name. What is absent (null or empty) prints {@code null} in scopes and is no
 * variable.
 *
 * @param operatorId its id, lower-case hex
 * @param operatorName its name; beyond 80 UTF-16 units it is cut as Flink cuts it
 * @param taskId the job vertex's id, for a coordinator below a job manager's job
 * @param taskName the job vertex's name, for a coordinator below a job manager's job
 * @param variables further ones, keys as they are to be read, brackets included; they replace the operator's own
 *     variables of the same key, not inherited ones
 */
public record OperatorInfo(
        String operatorId, String operatorName, String taskId, String taskName, Map<String, String> variables) {
    /** An operator of a task. */
    public OperatorInfo(String operatorId, String operatorName) {
        this(operatorId, operatorName, null, null, Map.of());
    }
}
