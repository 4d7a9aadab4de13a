package io.promptmill.jobs.prepare;

/** What is done to the posts, and can be left out. */
enum Step {
    /** Retweets are left out. */
    DROP_RETWEETS(PrepareOption.DROP_RETWEETS),
    /** Entities become characters. */
    UNESCAPE(PrepareOption.UNESCAPE),
    /** Links are cut. */
    DROP_LINKS(PrepareOption.DROP_LINKS),
    /** White space becomes one space. */
    COLLAPSE_WHITE_SPACE(PrepareOption.COLLAPSE_WHITE_SPACE),
    /** Of equal posts one is kept. */
    DROP_DUPLICATES(PrepareOption.DROP_DUPLICATES),
    /** Users with too few characters are left out. */
    DROP_SMALL_USERS(PrepareOption.DROP_SMALL_USERS),
    /** Posts of shorter users are repeated. */
    BALANCE(PrepareOption.BALANCE);

    private final PrepareOption option;

    Step(PrepareOption option) {
        this.option = option;
    }

    /** The option that switches it. */
    PrepareOption option() {
        return option;
    }
}
