package metra;

/**
 * A job. It is looked up by its id: the first name given stays.
 *
 * @param jobId its id, lower-case hex; may be null
 * @param jobName its name; the id stands in for one that is null or empty
 */
public record JobInfo(String jobId, String jobName) {}
