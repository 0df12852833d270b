package io.h5sink.crash;

/**
 * What a reader says of a file.
 *
 * @param state whether it can be used
 * @param records how many records it holds; -1 if that is unknown
 * @param why what is wrong
 */
record Verdict(State state, int records, String why) {

    enum State {
        /** It holds exactly what a commit left. */
        RIGHT,
        /** There is no such file. */
        ABSENT,
        /** The reader does not open it. */
        REFUSED,
        /** It opens, and what is in it is wrong. */
        WRONG
    }

    boolean right() {
        return state == State.RIGHT;
    }
}
