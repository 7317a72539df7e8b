package metra;

import java.lang.ref.Cleaner;

/** Frees native objects whose owners nobody can reach any more. */
final class Forgotten {
    static final Cleaner CLEANER = Cleaner.create();

    private Forgotten() {}
}
