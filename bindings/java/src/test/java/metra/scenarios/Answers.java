package metra.scenarios;

import java.util.List;
import java.util.function.Supplier;

/** A gauge's supplier: one answer after the other, the last for ever; null throws. */
final class Answers implements Supplier<Object> {
    private final List<Object> answers;
    private int asked;

    Answers(List<Object> answers) {
        this.answers = answers;
    }

    @Override
    public Object get() {
        Object answer = answers.get(Math.min(asked++, answers.size() - 1));
        if (answer == null) {
            throw new IllegalStateException("no value now");
        }
        return answer;
    }
}
