package io.promptmill.jobs.estimate;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** A row of the input, as a predictor reads it, whose prompt is not rejected. */
record SampleRow(MeasuredPrompt prompt, Row row) implements Serializable {}
