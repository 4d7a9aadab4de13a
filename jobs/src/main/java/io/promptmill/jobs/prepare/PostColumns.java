package io.promptmill.jobs.prepare;

import io.promptmill.jobs.source.Source;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of posts on their way from the source to the training texts. */
final class PostColumns {
    static final String USER = "user";
    static final String TEXT = "text";
    static final String NAME = "name";
    static final String ID = "id";
    static final String IS_RETWEET = "is_retweet";
    static final String LANG = "lang";

    /** A {@link Reason} in words; what is {@link #PASSED_OVER} is no post of this run. */
    static final String REASON = "reason";

    /** Why a bad post is bad, or that a retweet was told by its text. */
    static final String DETAIL = "detail";

    /** What the post has in common with its duplicates; null where it is no question. */
    static final String COMPARABLE = "comparable";

    /** Whether a kept post is held out. */
    static final String HELD_OUT = "held_out";

    /** The reason of posts of users that were not asked for. */
    static final String PASSED_OVER = "passed_over";

    /** The detail of a retweet that has no flag. */
    static final String BY_ITS_TEXT = "by its text";

    /** Posts after the rules that hold for each by itself. */
    static final StructType POST = new StructType()
            .add(Source.FILE, DataTypes.StringType)
            .add(Source.ROW, DataTypes.LongType)
            .add(USER, DataTypes.StringType)
            .add(NAME, DataTypes.StringType)
            .add(ID, DataTypes.StringType)
            .add(TEXT, DataTypes.StringType)
            .add(REASON, DataTypes.StringType)
            .add(DETAIL, DataTypes.StringType)
            .add(COMPARABLE, DataTypes.StringType)
            .add(HELD_OUT, DataTypes.BooleanType);

    private PostColumns() {}
}
